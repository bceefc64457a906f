/** Options of package managers that tasks may give, and their words on the command line. Pure. */
import { flag, integer, listOf, oneOf, optional, Type, text } from '../define.ts';

const names = (what: string) => listOf(text('Name'), what, { default: [] });

export const packageOptionArgs = {
  cache_valid_time: integer('apt: seconds for which the lists count as fresh; implies update_cache', { default: 0, minimum: 0 }),
  upgrade: oneOf(['no', 'yes', 'safe', 'full', 'dist'], 'Upgrade everything; safe and yes remove nothing', { default: 'no' }),
  autoremove: flag('Remove what came as a dependency and nothing needs any more', false),
  allow_downgrade: flag('An older version may take the place of a newer one', false),
  install_recommends: optional(Type.Boolean({ description: 'apt: whether recommended packages come too' })),
  default_release: optional(text('apt: the release to install from')),
  allow_unauthenticated: flag('apt: packages need no valid signature', false),
  allow_change_held_packages: flag('apt: packages on hold may change', false),
  only_upgrade: flag('Upgrade what is installed, and install nothing new', false),
  purge: flag('apt: remove configuration files too', false),
  dpkg_options: text('apt: options of dpkg, separated by commas', { default: 'force-confdef,force-confold' }),
  force_apt_get: flag('Accepted: pb uses apt-get', false),
  enablerepo: names('dnf: repositories to use although they are disabled'),
  disablerepo: names('dnf: repositories to leave out'),
  exclude: names('dnf: packages to leave alone'),
  disable_gpg_check: flag('dnf: packages need no valid signature', false),
  allowerasing: flag('dnf: packages in the way may be removed', false),
  nobest: flag('dnf: a version that is not the newest will do', false),
  skip_broken: flag('dnf: leave out what cannot be installed', false),
  install_weak_deps: flag('dnf: whether weak dependencies come too', true),
  releasever: optional(text('dnf: the release to install from')),
  cacheonly: flag('dnf: use the lists that are there', false),
  sslverify: flag('dnf: whether certificates of repositories have to be valid', true),
  security: flag('dnf: upgrade only what mends a security flaw', false),
  bugfix: flag('dnf: upgrade only what mends a flaw', false),
  best: optional(Type.Boolean({ description: 'dnf: whether only the newest version will do' })),
  conf_file: optional(text('dnf: configuration file')),
  disable_excludes: optional(text('dnf: lists of excluded packages to ignore: all, main or a repository')),
  disable_plugin: names('dnf: plugins to leave out'),
  enable_plugin: names('dnf: plugins to use although they are disabled'),
  install_repoquery: flag('Accepted: pb needs no repoquery', true),
  force: flag('apt: take packages without a signature, older ones and those on hold, and remove essential ones', false),
  fail_on_autoremove: flag('apt: fail rather than remove a package', false),
  auto_install_module_deps: flag('Accepted: pb needs no Python', true),
  update_cache_retries: integer('Accepted: lists are fetched once', { default: 5 }),
  update_cache_retry_max_delay: integer('Accepted: lists are fetched once', { default: 12 }),
  lock_timeout: optional(integer('Seconds to wait for another package manager', { minimum: 0 })),
};

export interface PackageOptions {
  readonly allow_downgrade: boolean;
  readonly install_recommends?: boolean;
  readonly default_release?: string;
  readonly allow_unauthenticated: boolean;
  readonly allow_change_held_packages: boolean;
  readonly dpkg_options: string;
  readonly enablerepo: readonly string[];
  readonly disablerepo: readonly string[];
  readonly exclude: readonly string[];
  readonly disable_gpg_check: boolean;
  readonly allowerasing: boolean;
  readonly nobest: boolean;
  readonly skip_broken: boolean;
  readonly install_weak_deps: boolean;
  readonly releasever?: string;
  readonly cacheonly: boolean;
  readonly sslverify: boolean;
  readonly security: boolean;
  readonly bugfix: boolean;
  readonly lock_timeout?: number;
  readonly best?: boolean;
  readonly conf_file?: string;
  readonly disable_excludes?: string;
  readonly disable_plugin: readonly string[];
  readonly enable_plugin: readonly string[];
  readonly force: boolean;
  readonly fail_on_autoremove: boolean;
}

/** For installing and upgrading; before the verb. */
export function optionWords(manager: string, given: PackageOptions): readonly string[] {
  const when = (holds: boolean, ...words: readonly string[]): readonly string[] => (holds ? words : []);
  if (manager === 'apt-get') {
    const dpkg = given.dpkg_options.split(',').filter((option) => option !== '');
    return [
      ...dpkg.flatMap((option) => ['-o', `Dpkg::Options::=--${option}`]),
      ...when(given.lock_timeout !== undefined, '-o', `DPkg::Lock::Timeout=${given.lock_timeout}`),
      ...when(given.install_recommends !== undefined, given.install_recommends ? '--install-recommends' : '--no-install-recommends'),
      ...when(given.default_release !== undefined, '-t', given.default_release ?? ''),
      ...when(given.allow_unauthenticated || given.force, '--allow-unauthenticated'),
      ...when(given.allow_downgrade || given.force, '--allow-downgrades'),
      ...when(given.allow_change_held_packages || given.force, '--allow-change-held-packages'),
      ...when(given.force, '--allow-remove-essential'),
      ...when(given.fail_on_autoremove, '--no-remove'),
    ];
  }
  return [
    ...given.enablerepo.map((name) => `--enablerepo=${name}`),
    ...given.disablerepo.map((name) => `--disablerepo=${name}`),
    ...given.exclude.map((name) => `--exclude=${name}`),
    ...when(given.disable_gpg_check, '--nogpgcheck'),
    ...when(given.allowerasing, '--allowerasing'),
    ...when(given.nobest || given.best === false, '--nobest'),
    ...when(given.best === true, '--best'),
    ...when(given.conf_file !== undefined, '-c', given.conf_file ?? ''),
    ...when(given.disable_excludes !== undefined, `--disableexcludes=${given.disable_excludes}`),
    ...given.disable_plugin.map((name) => `--disableplugin=${name}`),
    ...given.enable_plugin.map((name) => `--enableplugin=${name}`),
    ...when(given.skip_broken, '--skip-broken'),
    ...when(!given.install_weak_deps, '--setopt=install_weak_deps=False'),
    ...when(given.releasever !== undefined, `--releasever=${given.releasever}`),
    ...when(given.cacheonly, '-C'),
    ...when(!given.sslverify, '--setopt=sslverify=False'),
    ...when(given.security, '--security'),
    ...when(given.bugfix, '--bugfix'),
  ];
}
