/** What every way to a host must do: one suite, run for local, for ssh, and for real hosts. */
import { describe } from 'vitest';
import { become } from './conformance/become.ts';
import { files } from './conformance/files.ts';
import { type Given, given, type SudoWorld, type World } from './conformance/given.ts';
import { questions } from './conformance/questions.ts';
import { steps } from './conformance/steps.ts';

export function conformance(title: string, open: () => Promise<World>): void {
  describe(title, () => common(given(open)));
}

/** With the tests of becoming another user, where the host's sudo says what a test tells it to say. */
export function conformanceWithSudo(title: string, open: () => Promise<SudoWorld>): void {
  describe(title, () => {
    const start = given(open);
    common(start);
    become(start);
  });
}

function common(start: Given): void {
  questions(start);
  steps(start);
  files(start);
}
