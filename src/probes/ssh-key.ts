/** A key of ssh on the host: its public half and its fingerprint. */
import { PbError } from '../core/diagnostic.ts';
import { defineProbe } from '../core/probe.ts';

export type SshKey = {
  /** Whether the file of the private key is there. */
  readonly exists: boolean;
  readonly public: string | null;
  /** As ssh-keygen -l tells it; null where there is no ssh-keygen. */
  readonly fingerprint: string | null;
};

const SCRIPT = `[ -e "$1" ] || { echo missing; exit 0; }
echo there
[ -e "$1.pub" ] && sed -n '1s/^/public /p' "$1.pub"
command -v ssh-keygen >/dev/null && ssh-keygen -l -f "$1" 2>/dev/null | sed -n '1s/^/fingerprint /p'
exit 0`;

/** `path`: the private key. */
export const sshKey = defineProbe<string, SshKey>({
  name: 'ssh-key',
  argv: (path) => ['sh', '-c', SCRIPT, 'sh', path],
  parse(out, path) {
    const [first, ...lines] = out.stdout.trimEnd().split('\n');
    if (out.code !== 0 || (first !== 'there' && first !== 'missing'))
      throw new PbError('exec', `cannot look at the key ${path}: ${out.stderr.trim() || `exit code ${out.code}`}`);
    const of = (name: string): string | null => lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1) ?? null;
    return { exists: first === 'there', public: of('public'), fingerprint: of('fingerprint') };
  },
});
