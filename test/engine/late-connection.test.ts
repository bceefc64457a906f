/** A connection for looks that wait for their host. */
import { expect, test } from 'vitest';
import { PbError } from '../../src/core/diagnostic.ts';
import type { HostConnection } from '../../src/core/module.ts';
import { defineProbe } from '../../src/core/probe.ts';
import { lateConnection } from '../../src/engine/late-connection.ts';

const probe = defineProbe<null, string>({ name: 'any', argv: () => ['true'], parse: () => 'up' });

test('is made with the first question, and tried again with the next', async () => {
  let attempts = 0;
  const there: HostConnection = {
    reader: { ask: async (asked, args) => asked.parse({ code: 0, stdout: '', stderr: '' }, args), readFile: async () => undefined },
    close: async () => undefined,
  };
  const late = lateConnection(async () => {
    attempts++;
    if (attempts === 1) throw new PbError('unreachable', 'connection refused');
    return there;
  });
  expect(attempts).toBe(0);
  await expect(late.reader.ask(probe, null)).rejects.toThrow('connection refused');
  expect(await late.reader.ask(probe, null)).toBe('up');
  expect(attempts).toBe(2);
});
