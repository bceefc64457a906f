import { expect, test } from 'vitest';
import type { FileFacts, Files } from '../../src/core/module.ts';
import { fromController } from '../../src/modules/files/gather.ts';
import { INLINE } from '../../src/modules/files/source.ts';

/** One file, and how often it was read. */
function disk(path: string, content: Buffer) {
  const at = { content, version: `${path} 1`, fails: false, reads: 0 };
  const files = {
    stat: async (): Promise<FileFacts> => ({ kind: 'file', size: at.content.length, mode: '0644', version: at.version }),
    read: async () => {
      at.reads++;
      if (at.fails) throw new Error('EIO');
      return at.content;
    },
  } as unknown as Files;
  return { at, sums: () => fromController(path, files).then(({ files: [only] }) => only?.source.sha256) };
}

const large = (fill: string): Buffer => Buffer.alloc(INLINE + 1, fill);

test('a large file is read once for all hosts, and again where it has changed', async () => {
  const { at, sums } = disk('/big', large('a'));
  const [first, second] = await Promise.all([sums(), sums()]);
  expect([await sums(), second, at.reads]).toEqual([first, first, 1]);
  at.content = large('b');
  at.version = '/big 2';
  expect(await sums()).not.toBe(first);
  expect(at.reads).toBe(2);
});

test('a file that could not be read is tried again', async () => {
  const { at, sums } = disk('/broken', large('a'));
  at.fails = true;
  await expect(sums()).rejects.toThrow('EIO');
  at.fails = false;
  expect(await sums()).toHaveLength(64);
});

test('what travels inside a step is read each time', async () => {
  const { at, sums } = disk('/small', Buffer.from('a'));
  await sums();
  await sums();
  expect(at.reads).toBe(2);
});
