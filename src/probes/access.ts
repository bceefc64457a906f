/** What the user in force may do with a path: test(1)'s -r, -w and -x. */
import { defineProbe } from '../core/probe.ts';

export type Access = { readonly readable: boolean; readonly writeable: boolean; readonly executable: boolean };

const SCRIPT = 'for right in r w x; do if test "-$right" "$1"; then printf 1; else printf 0; fi; done';

export const access = defineProbe<string, Access>({
  name: 'access',
  argv: (path) => ['sh', '-c', SCRIPT, 'sh', path],
  parse(out) {
    if (out.code !== 0 || !/^[01]{3}$/.test(out.stdout)) throw new Error(`test: unrecognised answer (${out.code}): ${out.stdout}`);
    return { readable: out.stdout[0] === '1', writeable: out.stdout[1] === '1', executable: out.stdout[2] === '1' };
  },
});
