/** Which of some packages are installed, and which could be newer: rpm and dnf, or dpkg and apt. */
import { PbError } from '../core/diagnostic.ts';
import { defineProbe, type Output } from '../core/probe.ts';

export type Packages = {
  readonly manager: 'dnf' | 'yum' | 'apt-get';
  readonly installed: readonly string[];
  /** Installed, and the repositories have a newer one; asked for only with `latest`. */
  readonly outdated: readonly string[];
};

const MANAGER = `LC_ALL=C; export LC_ALL
for m in dnf yum apt-get ''; do command -v "\${m:-none-}" >/dev/null && break; done
[ "$m" ] || exit 9
echo "manager $m"`;

// Lines of "manager dnf", "installed NAME", "outdated NAME".
const SCRIPT = `latest=$1; shift; ${MANAGER}
for name do
  if [ "$m" = apt-get ]; then
    want=; case $name in *=*) want=\${name#*=};; esac
    there=$(dpkg-query -W -f '\${db:Status-Status} \${Version}' -- "\${name%%=*}" 2>/dev/null); [ "\${there%% *}" = installed ] || continue
    case \${there#* } in \${want:-*}) ;; *) continue;; esac
  else rpm -q -- "$name" >/dev/null 2>&1 || rpm -q --whatprovides -- "$name" >/dev/null 2>&1 || continue; fi
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
    const of = linesOf(out);
    return { manager: managerOf(of), installed: of('installed'), outdated: of('outdated') };
  },
});

export type PackageCare = {
  /** Seconds since the list of packages was fetched; null where nobody knows. */
  readonly cacheAge: number | null;
  /** Installed, and the repositories have a newer one. */
  readonly upgradable: readonly string[];
  /** Came as a dependency that nothing needs any more. */
  readonly unneeded: readonly string[];
};

// $1, $2: whether to look for what is upgradable and unneeded.
const CARE = `${MANAGER}
if [ "$m" = apt-get ]; then
  for f in /var/lib/apt/periodic/update-success-stamp /var/lib/apt/lists; do
    t=$(stat -c %Y "$f" 2>/dev/null) && echo "age $(($(date +%s) - t))" && break
  done
  [ "$1" ] && apt-get -s -qq dist-upgrade 2>/dev/null | sed -n 's/^Inst \\([^ ]*\\).*/upgradable \\1/p'
  [ "$2" ] && apt-get -s -qq autoremove 2>/dev/null | sed -n 's/^Remv \\([^ ]*\\).*/unneeded \\1/p'
else
  [ "$1" ] && "$m" -q check-update 2>/dev/null | sed -n '/^Obsoleting/,$d; s/^\\([^ .][^ ]*\\)\\.[^ .]* .*/upgradable \\1/p'
  [ "$2" ] && "$m" -q repoquery --unneeded --qf '%{name}\\n' 2>/dev/null | sed -n 's/^\\(..*\\)/unneeded \\1/p'
fi
exit 0`;

export const packageCare = defineProbe<{ readonly upgradable: boolean; readonly unneeded: boolean }, PackageCare>({
  name: 'package-care',
  argv: ({ upgradable, unneeded }) => ['sh', '-c', CARE, 'sh', upgradable ? '1' : '', unneeded ? '1' : ''],
  parse(out) {
    const of = linesOf(out);
    managerOf(of);
    const [age] = of('age');
    return { cacheAge: age === undefined ? null : Number(age), upgradable: of('upgradable'), unneeded: of('unneeded') };
  },
});

type Lines = (what: string) => readonly string[];

function linesOf(out: Output): Lines {
  if (out.code === 9)
    throw new PbError('exec', 'this host has none of dnf, yum and apt-get', {
      hint: 'on an image-based host, layer packages into the image',
    });
  if (out.code !== 0) throw new Error(`packages: unrecognised answer (${out.code}): ${out.stderr.trim()}`);
  const lines = out.stdout.split('\n');
  return (what) => lines.flatMap((line) => (line.startsWith(`${what} `) ? [line.slice(what.length + 1)] : []));
}

function managerOf(of: Lines): Packages['manager'] {
  const manager = (['dnf', 'yum', 'apt-get'] as const).find((name) => name === of('manager')[0]);
  if (manager === undefined) throw new Error('packages: unrecognised answer: no manager is named');
  return manager;
}
