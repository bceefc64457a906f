/** Waits for the greeting of a starting shell on both streams, and leaves the streams as they were found, right behind it. */
import type { Readable } from 'node:stream';
import type { Wire } from '../link.ts';
import { type Place, placeOf } from './boot.ts';

export interface Listener {
  /** What came on stderr so far: profiles, sudo's prompts and complaints. */
  onStderr?(text: string): void;
}

/** Rejects with what `failed` makes of the exit code and stderr when the command ends before it greets. */
export function greeting(
  wire: Wire,
  mark: string,
  more: Listener & { readonly failed: (code: number, stderr: string) => Error },
): Promise<Place | undefined> {
  let heard = '';
  const out = line(wire.stdout, mark);
  const err = line(wire.stderr, mark, (text) => {
    heard = text;
    more.onStderr?.(text);
  });
  const ended = wire.ended.then((code) => {
    throw more.failed(code, heard);
  });
  return Promise.race([Promise.all([out, err]), ended]).then(([stat]) => placeOf(stat));
}

/** The rest of the first line that starts with `mark`; what follows it is put back and the stream is left paused. */
function line(stream: Readable, mark: string, heard?: (text: string) => void): Promise<string> {
  let seen = Buffer.alloc(0);
  return new Promise((resolve) => {
    const take = (chunk: Buffer) => {
      seen = Buffer.concat([seen, chunk]);
      const at = seen.indexOf(mark);
      const end = at < 0 ? -1 : seen.indexOf('\n', at);
      if (end < 0) {
        heard?.(seen.toString());
        return;
      }
      stream.off('data', take);
      stream.pause();
      if (end + 1 < seen.length) stream.unshift(seen.subarray(end + 1));
      resolve(seen.toString('utf8', at + mark.length + 1, end));
    };
    stream.on('data', take);
  });
}
