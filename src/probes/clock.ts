/** The host's own clock, for comparing with times of its files. */
import { defineProbe } from '../core/probe.ts';

/** Seconds since the epoch, with fraction. */
export const clock = defineProbe<null, number>({
  name: 'clock',
  argv: () => ['date', '+%s.%N'],
  parse(out) {
    if (out.code !== 0 || !/^\d+\.\d+\s*$/.test(out.stdout))
      throw new Error(`date: unrecognised answer (${out.code}): ${out.stdout}${out.stderr}`);
    return Number(out.stdout);
  },
});
