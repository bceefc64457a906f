/** Which programs a host has, where the other probes and steps look for them too. */
import { defineProbe } from '../core/probe.ts';

const SCRIPT = 'PATH=$PATH:/usr/sbin:/sbin; for t; do command -v "$t" >/dev/null 2>&1 || printf "%s\\n" "$t"; done; echo .';

/** Those that are missing. */
export const missingTools = defineProbe<readonly string[], readonly string[]>({
  name: 'missing-tools',
  argv: (names) => ['sh', '-c', SCRIPT, 'sh', ...names],
  parse(out) {
    const lines = out.stdout.trimEnd().split('\n');
    if (out.code !== 0 || lines.at(-1) !== '.') throw new Error(`unrecognised answer about programs (${out.code}): ${out.stderr.trim()}`);
    return lines.slice(0, -1);
  },
});
