/** wipefs --no-act: every signature on a device with its place; a second opinion beside blkid. */
import { PbError } from '../core/diagnostic.ts';
import { defineProbe } from '../core/probe.ts';
import { isObject } from '../core/value.ts';

export type Signature = { readonly offset: string; readonly type: string; readonly uuid: string | null; readonly label: string | null };

export const wipefs = defineProbe<{ readonly device: string }, readonly Signature[]>({
  name: 'wipefs',
  argv: ({ device }) => ['wipefs', '--no-act', '-J', device],
  parse(out, { device }) {
    if (out.code !== 0) throw new PbError('failed', `wipefs exited with ${out.code} for ${device}: ${out.stderr.trim()}`);
    // util-linux before 2.33 prints nothing at all where it finds nothing.
    if (out.stdout.trim() === '') return [];
    let answer: unknown;
    try {
      answer = JSON.parse(out.stdout);
    } catch {
      throw new PbError('failed', `wipefs: the answer for ${device} is not JSON`, { details: { stdout: out.stdout } });
    }
    const list = isObject(answer) ? answer['signatures'] : undefined;
    if (!Array.isArray(list))
      throw new PbError('failed', `wipefs: the answer for ${device} has no "signatures"`, { details: { stdout: out.stdout } });
    return list.map((row) => {
      const { offset, type, uuid, label } = isObject(row) ? row : {};
      if (typeof offset !== 'string' || typeof type !== 'string') {
        throw new PbError('failed', `wipefs: a signature on ${device} cannot be read: ${JSON.stringify(row)}`);
      }
      return { offset, type, uuid: typeof uuid === 'string' ? uuid : null, label: typeof label === 'string' ? label : null };
    });
  },
});
