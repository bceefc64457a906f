/** What coreutils say about a path they could not look at: absent is proven, anything else is an error with a remedy. */
import { PbError } from '../core/diagnostic.ts';
import type { Output } from '../core/probe.ts';

/** True where the tool proved that there is no such path; throws for every other failure. Only for argv run under LC_ALL=C. */
export function isAbsent(tool: string, path: string, out: Output): boolean {
  if (out.code === 0) return false;
  // env(1) says "No such file or directory" too, with code 127, when the tool itself is missing.
  if (out.code === 1 && out.stderr.startsWith(`${tool}: `) && /: (No such file or directory|Not a directory)\s*$/.test(out.stderr))
    return true;
  throw unreadable(tool, path, out);
}

export function unreadable(tool: string, path: string, out: Output): PbError {
  const said = out.stderr.trim() || out.stdout.trim() || 'no output';
  const denied = /Permission denied/.test(said);
  return new PbError('exec', `${tool} ${path}: exit code ${out.code}: ${said}`, {
    ...(denied ? { hint: 'the user pb connects as may not look there; set become: true' } : {}),
    details: { stderr: out.stderr },
  });
}
