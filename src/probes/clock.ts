/** The host's own clock, for comparing with times of its files. */
import { PbError } from '../core/diagnostic.ts';
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

/** "2026-01-31 04:05:06" in the host's time zone → seconds since the epoch. */
export const localEpoch = defineProbe<string, number>({
  name: 'local-epoch',
  argv: (local) => ['date', '-d', local, '+%s'],
  parse(out, local) {
    if (out.code !== 0 || !/^-?\d+\s*$/.test(out.stdout))
      throw new PbError('exec', `the host cannot read the time ${local}: ${out.stderr.trim() || `exit code ${out.code}`}`);
    return Number(out.stdout);
  },
});
