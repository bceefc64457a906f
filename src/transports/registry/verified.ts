/** A blob on its way: counted and checked against its digest while it passes, so that nothing has to be kept. */
import { createHash } from 'node:crypto';
import { type Readable, Transform } from 'node:stream';
import { PbError } from '../../core/diagnostic.ts';
import type { ImageBlob } from '../../core/registry.ts';
import { ofSocket, TryAgain } from './trouble.ts';

/** Ends in an error before its end is told where the bytes are not the blob's. `host` is where they come from. */
export function verified(from: Readable, blob: ImageBlob, host: string, passed: (bytes: number) => void): Readable {
  const hash = createHash('sha256');
  let size = 0;
  const corrupt = (why: string): PbError =>
    new PbError('failed', `${host} gave something else as ${blob.digest}: ${why}`, {
      hint: 'its copy of the blob is damaged; push or mirror the image there anew',
    });
  const check = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      size += chunk.length;
      passed(chunk.length);
      done(size > blob.size ? corrupt(`more than its ${blob.size} bytes`) : null, chunk);
    },
    flush(done) {
      if (size < blob.size)
        return done(new TryAgain(`${host}: the connection ended after ${size} of ${blob.size} bytes`, new Error('short')));
      const digest = `sha256:${hash.digest('hex')}`;
      done(digest === blob.digest ? null : corrupt(`its digest is ${digest}`));
    },
    destroy(error, done) {
      from.destroy();
      done(error);
    },
  });
  from.on('error', (error) => check.destroy(ofSocket(error, host)));
  return from.pipe(check);
}
