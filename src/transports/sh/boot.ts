/**
 * How a shell is started on a host: one line that any login shell passes on unchanged, a greeting on both streams that ends whatever
 * profiles and sudo printed before, then either `sh` reading commands for ever, or one script followed by its input.
 */
import { randomBytes } from 'node:crypto';
import { quote } from '../quote.ts';

/** 128 random bits: output that contains it by accident does not exist. */
export const nonce = (): string => `pb-${randomBytes(16).toString('hex')}`;

export interface Boot {
  readonly nonce: string;
  /** The command line to run, for a login shell or sudo; `prelude` is shell text to run first. */
  command(prelude?: string): string;
}

/** Greets with `<nonce> <content of /proc/self/stat>`: its sixth field is the session, which is how the command is found to be killed. */
const greeting = (mark: string): string =>
  `unset CDPATH ENV; s=; read -r s 2>/dev/null </proc/$$/stat; printf "%s\\n" ${mark} >&2; printf "%s %s\\n" ${mark} "$s"; `;

/** `sh` that reads commands from its input until it is closed. */
export function framedBoot(): Boot {
  const mark = nonce();
  return { nonce: mark, command: (prelude = '') => `sh -c ${quote(`${prelude}${greeting(mark)}exec sh`)}` };
}

/**
 * `sh` that reads one script, up to a line that holds the nonce, and runs it; what follows is the script's input. `read` takes a byte at a
 * time, so nothing of the input is lost, and the script is in nobody's process list.
 */
export function scriptBoot(): Boot {
  const mark = nonce();
  const loop = `n=$(printf "\\nx"); n=\${n%x}; s=; while IFS= read -r l; do case $l in ${mark}) break;; esac; s=$s$l$n; done; eval "$s"`;
  return { nonce: mark, command: (prelude = '') => `sh -c ${quote(prelude + greeting(mark) + loop)}` };
}

/** What to send to a shell started with `scriptBoot`, before the script's own input. */
export const scriptText = (boot: Boot, script: string): string => `${script}\n${boot.nonce}\n`;

/** Where a shell is to be found in its host's list of processes. */
export interface Place {
  readonly pid: number;
  /** Kernel session of everything it starts. */
  readonly session: number;
}

/** The place in a greeting: "4242 (sh) S 1 4242 4242 0 …" → 4242, 4242; undefined where there is no /proc. */
export function placeOf(stat: string): Place | undefined {
  const [, pid, session] = (/^(\d+) \(.*\) \S+ \d+ \d+ (\d+) /.exec(stat) ?? []).map(Number);
  return pid && session ? { pid, session } : undefined;
}
