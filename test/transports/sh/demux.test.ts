import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Demux } from '../../../src/transports/sh/demux.ts';

test('outputs come apart however the stream is cut into chunks', () => {
  const bytes = fc.uint8Array({ maxLength: 60 });
  // Outputs that hold beginnings of marks are the hard ones.
  const output = fc.oneof(
    bytes,
    fc.constantFrom('pb-', 'pb-m', 'pb-mark', '\n', 'pb-pb-pb-').map((text) => new TextEncoder().encode(text)),
  );
  fc.assert(
    fc.property(fc.array(output, { minLength: 1, maxLength: 6 }), fc.infiniteStream(fc.integer({ min: 1, max: 9 })), (outputs, sizes) => {
      const demux = new Demux();
      const got: [string, string][] = [];
      const stream = Buffer.concat(outputs.flatMap((one, i) => [Buffer.from(one), Buffer.from(`pb-mark${i} ${i}\n`)]));
      for (const i of outputs.keys()) demux.expect(`pb-mark${i}`, (out, rest) => got.push([out.toString('latin1'), rest]));
      for (let at = 0; at < stream.length; ) {
        const size = sizes.next().value;
        demux.push(stream.subarray(at, at + size));
        at += size;
      }
      expect(got).toEqual(outputs.map((one, i) => [Buffer.from(one).toString('latin1'), ` ${i}`]));
    }),
  );
});

test('what comes while nobody has asked belongs to nobody', () => {
  const demux = new Demux();
  demux.push(Buffer.from('late output of something in the background\n'));
  const got: string[] = [];
  demux.expect('mark', (out) => got.push(out.toString()));
  demux.push(Buffer.from('mine mark\n'));
  expect(got).toEqual(['mine ']);
});
