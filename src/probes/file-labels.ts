/** Labels of SELinux and flags of chattr(1), of several paths at once. */
import { PbError } from '../core/diagnostic.ts';
import { defineProbe } from '../core/probe.ts';

export type FileLabels = {
  /** Whether the host's kernel enforces or records labels. */
  readonly selinux: boolean;
  readonly of: { readonly [path: string]: FileLabel };
};
export type FileLabel = {
  readonly exists: boolean;
  /** "system_u:object_r:etc_t:s0"; null without SELinux. */
  readonly context: string | null;
  /** What the policy has for the path; null where nobody says. */
  readonly policy: string | null;
  /** Letters of lsattr(1) that are set: "ei"; null where the filesystem or the host has none. */
  readonly flags: string | null;
};

// Lines "selinux", then per path: "exists 0|1", "context …", "policy …", "flags …". $1: "" or -L.
const SCRIPT = `l=$1; shift; on=
[ -e /sys/fs/selinux/enforce ] && on=1 && echo selinux
for p do
  if [ -e "$p" ] || [ -L "$p" ]; then echo 'exists 1'; else echo 'exists 0'; fi
  if [ "$on" ]; then
    echo "context $(stat $l -c %C -- "$p" 2>/dev/null)"
    echo "policy $(matchpathcon -n -- "$p" 2>/dev/null)"
  fi
  f=$(lsattr -d -- "$p" 2>/dev/null) && echo "flags \${f%% *}"
done
echo end`;

export const fileLabels = defineProbe<{ readonly paths: readonly string[]; readonly follow: boolean }, FileLabels>({
  name: 'file-labels',
  argv: ({ paths, follow }) => ['sh', '-c', SCRIPT, 'sh', follow ? '-L' : '', ...paths],
  parse(out, { paths }) {
    const lines = out.stdout.trimEnd().split('\n');
    const groups: { [name: string]: string }[] = [];
    for (const line of lines.slice(lines[0] === 'selinux' ? 1 : 0, -1)) {
      const [name = '', ...rest] = line.split(' ');
      if (name === 'exists') groups.push({});
      const last = groups.at(-1);
      if (last) last[name] = rest.join(' ');
    }
    if (out.code !== 0 || lines.at(-1) !== 'end' || groups.length !== paths.length)
      throw new PbError('exec', `cannot read labels and flags of files: ${out.stderr.trim() || `exit code ${out.code}`}`);
    const known = (text: string | undefined): string | null => (text === undefined || text === '' || text === '?' ? null : text);
    const entries = groups.map((group, index): [string, FileLabel] => [
      paths[index] ?? '',
      {
        exists: group['exists'] === '1',
        context: known(group['context']),
        policy: known(group['policy'] === '<<none>>' ? '' : group['policy']),
        flags: group['flags'] === undefined ? null : group['flags'].replaceAll('-', ''),
      },
    ]);
    return { selinux: lines[0] === 'selinux', of: Object.fromEntries(entries) };
  },
});
