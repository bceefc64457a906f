/** A command of the user's own that only looks: the playbook's author vouches for it by where it is written (`wait_for.command`). */
import { defineProbe } from '../core/probe.ts';

export type Vouched = { readonly code: number; readonly stdout: string; readonly stderr: string };

export const vouched = defineProbe<readonly [string, ...string[]], Vouched>({
  name: 'vouched',
  argv: (argv) => argv,
  parse: ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
});
