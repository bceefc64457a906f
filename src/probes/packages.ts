/** Which of some packages are installed, and which could be newer: rpm and dnf, or dpkg and apt. */
import { PbError } from '../core/diagnostic.ts';
import { defineProbe } from '../core/probe.ts';

export type Packages = {
  readonly manager: 'dnf' | 'yum' | 'apt-get';
  readonly installed: readonly string[];
  /** Installed, and the repositories have a newer one; asked for only with `latest`. */
  readonly outdated: readonly string[];
};

// Lines of "manager dnf", "installed NAME", "outdated NAME".
const SCRIPT = `LC_ALL=C; export LC_ALL; latest=$1; shift
for m in dnf yum apt-get ''; do command -v "\${m:-none-}" >/dev/null && break; done
[ "$m" ] || exit 9
echo "manager $m"
for name do
  if [ "$m" = apt-get ]; then [ "$(dpkg-query -W -f '\${db:Status-Status}' -- "$name" 2>/dev/null)" = installed ] || continue
  else rpm -q --whatprovides -- "$name" >/dev/null 2>&1 || continue; fi
  echo "installed $name"
  [ "$latest" ] || continue
  if [ "$m" = apt-get ]; then apt-get -s -qq install --only-upgrade -- "$name" 2>/dev/null | grep -q '^Inst ' && echo "outdated $name"
  else "$m" -q check-update -- "$name" >/dev/null 2>&1; [ $? = 100 ] && echo "outdated $name"; fi
done
exit 0`;

export const packages = defineProbe<{ readonly names: readonly string[]; readonly latest: boolean }, Packages>({
  name: 'packages',
  argv: ({ names, latest }) => ['sh', '-c', SCRIPT, 'sh', latest ? '1' : '', ...names],
  parse(out) {
    if (out.code === 9)
      throw new PbError('exec', 'this host has none of dnf, yum and apt-get', {
        hint: 'on an image-based host, layer packages into the image',
      });
    const of = (what: string): readonly string[] =>
      out.stdout.split('\n').flatMap((line) => (line.startsWith(`${what} `) ? [line.slice(what.length + 1)] : []));
    const manager = (['dnf', 'yum', 'apt-get'] as const).find((name) => name === of('manager')[0]);
    if (out.code !== 0 || manager === undefined) throw new Error(`packages: unrecognised answer (${out.code}): ${out.stderr.trim()}`);
    return { manager, installed: of('installed'), outdated: of('outdated') };
  },
});
