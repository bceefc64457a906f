/** A probe that answers with whatever the command wrote: tests ask any question with it. */
import { defineProbe, type Output } from '../../src/core/probe.ts';

export type Raw = { readonly code: number; readonly stdout: string; readonly stderr: string };

export const raw = defineProbe<readonly [string, ...string[]], Raw>({
  name: 'raw',
  argv: (argv) => argv,
  parse: ({ code, stdout, stderr }: Output) => ({ code, stdout, stderr }),
});
