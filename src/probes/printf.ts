/** The host says a text back: proof that a shell answers there. */
import { defineProbe } from '../core/probe.ts';

export const printf = defineProbe<string, string>({
  name: 'printf',
  argv: (text) => ['printf', '%s', text],
  parse(out, text) {
    if (out.code !== 0 || out.stdout !== text) throw new Error(`printf: unrecognised answer (${out.code}): ${out.stdout}${out.stderr}`);
    return out.stdout;
  },
});
