/** Two halves written apart: what the transport seals, the lab's store opens. A real MinIO opens it too (test/real/s3). */
import { expect, test } from 'vitest';
import { opened } from '../../../src/lab/s3/opened.ts';
import { seal } from '../../../src/transports/s3/sealed.ts';

test.each([0, 1, 100, 16 * 1024, 16 * 1024 + 1, 40_000])('%i bytes', async (size) => {
  const text = Buffer.alloc(size, 'abc');
  const sealed = await seal(text, 'a password');
  expect((await opened(sealed, 'a password'))?.equals(text)).toBe(true);
  expect(await opened(sealed, 'another')).toBeUndefined();
  sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1;
  expect(await opened(sealed, 'a password')).toBeUndefined();
});
