/** The reading side of a host: asks probes and nothing else. */
import { PbError } from '../../core/diagnostic.ts';
import type { HostConnection } from '../../core/module.ts';
import { isProbe } from '../../core/probe.ts';
import { probeScript } from './command.ts';
import { readScript } from './files.ts';
import type { Session } from './session.ts';

/** `readScript`'s exit code for a file that is not there. */
const NO_SUCH_FILE = 3;

/** Closures rather than methods: the engine hands these out on objects of its own. */
export function hostReader(session: Session): HostConnection['reader'] {
  return {
    async ask(probe, args) {
      if (!isProbe(probe)) throw new PbError('bug', `"${probe.name}" is not a probe made by defineProbe: readers run nothing else`);
      const answer = await session.ask(probeScript(probe.argv(args)), probe.name);
      return probe.parse({ code: answer.code, stdout: answer.stdout.toString(), stderr: answer.stderr.toString() }, args);
    },
    async readFile(path) {
      const answer = await session.ask(readScript(path), `reading ${path}`);
      if (answer.code === 0) return answer.stdout;
      if (answer.code === NO_SUCH_FILE) return undefined;
      const stderr = answer.stderr.toString();
      throw new PbError('exec', `could not read ${path}: ${stderr.trim() || `exit code ${answer.code}`}`, {
        details: { output: { code: answer.code, stdout: '', stderr } },
      });
    },
  };
}
