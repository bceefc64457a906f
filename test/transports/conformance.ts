/** What every way to a host must do: one suite, run for local and for ssh. */
import { describe } from 'vitest';
import { become } from './conformance/become.ts';
import { files } from './conformance/files.ts';
import { given, type World } from './conformance/given.ts';
import { questions } from './conformance/questions.ts';
import { steps } from './conformance/steps.ts';

export function conformance(title: string, open: () => Promise<World>): void {
  describe(title, () => {
    const start = given(open);
    questions(start);
    steps(start);
    files(start);
    become(start);
  });
}
