/** Packages of the host's distribution. */
import type { Change, Step } from '../core/change.ts';
import type { Decision } from '../core/module.ts';
import type { JsonObject } from '../core/value.ts';
import { type PackageCare, type Packages, packageCare, packages } from '../probes/packages.ts';
import { args, change, defineModule, failed, flag, listOf, ok, oneOf, optional, text } from './define.ts';
import { optionWords, type PackageOptions, packageOptionArgs } from './system/package-options.ts';

type Args = PackageOptions & {
  readonly name: readonly string[];
  readonly state: 'present' | 'installed' | 'absent' | 'removed' | 'latest';
  readonly update_cache: boolean;
  readonly cache_valid_time: number;
  readonly upgrade: 'no' | 'yes' | 'safe' | 'full' | 'dist';
  readonly autoremove: boolean;
  readonly only_upgrade: boolean;
  readonly purge: boolean;
};

/** `care` only where the task asks for more than packages by name. */
type State = Packages & { readonly care?: PackageCare };

const rpm: State = { manager: 'dnf', installed: ['chrony'], outdated: [] };
const deb: State = { manager: 'apt-get', installed: [], outdated: [] };
const care: PackageCare = { cacheAge: 7200, upgradable: ['bash'], unneeded: [] };

export const packageModule = defineModule({
  name: 'package',
  aliases: ['dnf', 'dnf5', 'yum', 'apt', ...['package', 'dnf', 'dnf5', 'yum', 'apt'].map((name) => `ansible.builtin.${name}`)],
  target: 'host',
  effect: 'converge',
  summary: 'Install and remove packages with dnf, yum or apt',
  notes: [
    'The host’s own manager is used, whichever name the task calls it by.',
    'Package groups, files and URLs are refused. A version is name-1.2 with dnf and name=1.2* with apt.',
    'update_cache comes before an installation and is no change by itself; alone it is one with apt, as in Ansible, unless the lists are fresh.',
    'What is newer is judged by the lists as they are: check mode does not fetch them.',
  ],
  args: args({
    name: listOf(text('Package'), 'The packages; * with state: latest means all', { default: [] }),
    state: oneOf(['present', 'installed', 'absent', 'removed', 'latest'], 'What shall be', { default: 'present' }),
    update_cache: flag('Read the repositories anew before installing', false),
    ...packageOptionArgs,
    use: optional(text('Accepted: the host’s own manager is used')),
    use_backend: optional(text('Accepted: the host’s own manager is used')),
  }),
  argAliases: {
    pkg: 'name',
    package: 'name',
    'update-cache': 'update_cache',
    'expire-cache': 'update_cache',
    'install-recommends': 'install_recommends',
    'default-release': 'default_release',
    'allow-downgrade': 'allow_downgrade',
    allow_downgrades: 'allow_downgrade',
    'allow-downgrades': 'allow_downgrade',
    'allow-unauthenticated': 'allow_unauthenticated',
    update_only: 'only_upgrade',
    validate_certs: 'sslverify',
  },
  examples: [
    { title: 'one is missing', args: { name: ['chrony', 'lvm2'] }, state: rpm, expect: 'change' },
    { title: 'installed', args: { name: 'chrony' }, state: rpm, expect: 'ok' },
    { title: 'removed', args: { name: 'chrony', state: 'absent' }, state: { ...rpm, manager: 'apt-get' }, expect: 'change' },
    { title: 'a newer one', args: { name: 'chrony', state: 'latest' }, state: { ...rpm, outdated: ['chrony'] }, expect: 'change' },
    {
      title: 'with options of dnf',
      args: { name: 'lvm2', enablerepo: ['crb'], disable_gpg_check: true, install_weak_deps: false },
      state: rpm,
      expect: 'change',
    },
    {
      title: 'with options of apt',
      args: { name: 'nginx=1.24*', install_recommends: false, update_cache: true, cache_valid_time: 3600 },
      state: { ...deb, care },
      expect: 'change',
    },
    { title: 'everything newer', args: { upgrade: 'dist' }, state: { ...deb, care }, expect: 'change' },
    { title: 'the lists are fresh', args: { update_cache: true, cache_valid_time: 9000 }, state: { ...deb, care }, expect: 'ok' },
    { title: 'the lists alone', args: { update_cache: true }, state: { ...deb, care }, expect: 'change' },
    { title: 'nothing is unneeded', args: { autoremove: true }, state: { ...deb, care }, expect: 'ok' },
    { title: 'a package group', args: { name: '@core' }, state: rpm, expect: 'failed' },
    { title: 'nothing asked', args: {}, state: rpm, expect: 'failed' },
  ],
  async read(given, io): Promise<State> {
    const found = await io.ask(packages, { names: named(given).filter(isName), latest: given.state === 'latest' });
    const upgradable = upgrades(given);
    const more = upgradable || given.autoremove || refreshes(given);
    return more ? { ...found, care: await io.ask(packageCare, { upgradable, unneeded: given.autoremove }) } : found;
  },
  decide(given, now: State): Decision<JsonObject> {
    const wrong = named(given).find((one) => !isName(one));
    if (wrong !== undefined) {
      const hint = 'use command with dnf or apt-get';
      return failed(`"${wrong}" is no plain name of a package`, { code: 'args', hint });
    }
    if (given.name.length === 0 && !upgrades(given) && !given.autoremove && !refreshes(given)) {
      return failed('give name, upgrade, autoremove or update_cache', { code: 'args' });
    }
    const plan = planned(given, now);
    const refresh = isStale(given, now) ? [refreshing(now)] : [];
    if (plan === undefined) {
      const [step] = given.name.length === 0 && !upgrades(given) && !given.autoremove ? refresh : [];
      const cache = now.manager === 'apt-get' ? { cache_updated: false } : {};
      return step === undefined ? ok({ msg: 'Nothing to do', results: [], ...cache }) : change(refreshed(step, now));
    }
    const [first, ...rest] = given.state === 'absent' || given.state === 'removed' ? plan.steps : [...refresh, ...plan.steps];
    return change({ ...plan, steps: [first ?? plan.steps[0], ...rest] });
  },
  result: () => ({ msg: '', results: [], cache_updated: true }),
});

/** A version of apt stands behind "=". */
const isName = (name: string): boolean =>
  /^[A-Za-z0-9][A-Za-z0-9+._:~-]*(=[A-Za-z0-9+._:~*-]+)?$/.test(name) && !name.endsWith('.rpm') && !name.endsWith('.deb');

const all = (given: Args): boolean => given.name.includes('*') && given.state === 'latest';
const named = (given: Args): readonly string[] => (all(given) ? given.name.filter((name) => name !== '*') : given.name);
const upgrades = (given: Args): boolean => given.upgrade !== 'no' || all(given);
const refreshes = (given: Args): boolean => given.update_cache || given.cache_valid_time > 0;

function isStale(given: Args, { care: seen }: State): boolean {
  const age = seen?.cacheAge ?? null;
  return refreshes(given) && (age === null || given.cache_valid_time === 0 || age >= given.cache_valid_time);
}

function run({ manager }: State, ...words: readonly string[]): Step {
  const argv = [manager, '-y', ...words] as const;
  return { do: 'exec', argv, ...(manager === 'apt-get' ? { env: { DEBIAN_FRONTEND: 'noninteractive' } } : {}) };
}

const refreshing = (now: State): Step => run(now, now.manager === 'apt-get' ? 'update' : 'makecache');

const refreshed = (step: Step, now: State): Change => ({
  op: 'run',
  summary: 'fetch the lists of packages',
  before: null,
  after: { lists: 'as the repositories have them' },
  steps: [step],
  repeats: true,
  ...(now.manager === 'apt-get' ? {} : { uncounted: true }),
});

/** What has to be done with packages; undefined for nothing. */
function planned(given: Args, now: State): Change | undefined {
  const words = optionWords(now.manager, given);
  const apt = now.manager === 'apt-get';
  const purge = apt && given.purge ? ['--purge'] : [];
  const unneeded = given.autoremove ? (now.care?.unneeded ?? []) : [];
  const clear = unneeded.length > 0 ? [run(now, 'autoremove', ...purge)] : [];
  if (given.state === 'absent' || given.state === 'removed') {
    const there = named(given).filter((one) => now.installed.includes(one));
    const [first, ...rest] = [...(there.length > 0 ? [run(now, 'remove', ...purge, '--', ...there)] : []), ...clear];
    if (first === undefined) return undefined;
    const gone = [...there, ...unneeded];
    return {
      op: 'delete',
      summary: `remove ${gone.join(', ')}`,
      before: { installed: gone },
      after: { installed: [] },
      steps: [first, ...rest],
    };
  }
  const missing = given.only_upgrade ? [] : named(given).filter((one) => !now.installed.includes(one));
  const upgradable = upgrades(given) ? (now.care?.upgradable ?? []) : [];
  const verb = apt ? ['install', '--only-upgrade'] : ['upgrade'];
  const whole = apt ? (given.upgrade === 'yes' || given.upgrade === 'safe' ? 'upgrade' : 'dist-upgrade') : 'upgrade';
  const [first, ...rest] = [
    ...(missing.length > 0 ? [run(now, ...words, 'install', '--', ...missing)] : []),
    ...(now.outdated.length > 0 ? [run(now, ...words, ...verb, '--', ...now.outdated)] : []),
    ...(upgradable.length > 0 ? [run(now, ...words, whole)] : []),
    ...clear,
  ];
  if (first === undefined) return undefined;
  const wanted = [...new Set([...missing, ...now.outdated, ...upgradable])];
  return {
    op: 'update',
    summary: wanted.length > 0 ? `install ${wanted.join(', ')}` : `remove ${unneeded.join(', ')}`,
    before: { missing, outdated: [...new Set([...now.outdated, ...upgradable])], ...(unneeded.length > 0 ? { unneeded } : {}) },
    after: { installed: wanted },
    steps: [first, ...rest],
    // What packages bring along nobody here can foretell.
    provides: ['unit/*', 'user/*', 'group/*'],
  };
}
