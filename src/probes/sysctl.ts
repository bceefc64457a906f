/** A parameter of the kernel as it is now. */
import { PbError } from '../core/diagnostic.ts';
import { defineProbe } from '../core/probe.ts';

/** Null where the kernel has no such parameter. */
export const sysctlValue = defineProbe<string, string | null>({
  name: 'sysctl',
  argv: (name) => ['env', 'LC_ALL=C', 'sysctl', '-n', '--', name],
  parse(out, name) {
    if (out.code === 0) return out.stdout.trim();
    if (/No such file or directory|unknown key/.test(out.stderr) && out.code !== 127) return null;
    throw new PbError('exec', `sysctl ${name}: exit code ${out.code}: ${out.stderr.trim()}`, { hint: 'is sysctl (procps) installed?' });
  },
});
