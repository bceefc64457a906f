/** Packages of the host's distribution. */
import type { Step } from '../core/change.ts';
import type { Decision } from '../core/module.ts';
import type { JsonObject } from '../core/value.ts';
import { type Packages, packages } from '../probes/packages.ts';
import { args, change, defineModule, failed, flag, listOf, ok, oneOf, optional, text } from './define.ts';

const rpm: Packages = { manager: 'dnf', installed: ['chrony'], outdated: [] };

export const packageModule = defineModule({
  name: 'package',
  aliases: ['dnf', 'yum', 'apt', ...['package', 'dnf', 'yum', 'apt'].map((name) => `ansible.builtin.${name}`)],
  target: 'host',
  effect: 'converge',
  summary: 'Install and remove packages with dnf, yum or apt',
  notes: [
    'The host’s own manager is used, whichever name the task calls it by.',
    'Names only: package groups, version patterns, files and URLs are refused. update_cache comes before an installation and is no change by itself.',
  ],
  args: args({
    name: listOf(text('Package'), 'The packages', { minItems: 1 }),
    state: oneOf(['present', 'installed', 'absent', 'removed', 'latest'], 'What shall be', { default: 'present' }),
    update_cache: flag('Read the repositories anew before installing', false),
    use: optional(text('Accepted: the host’s own manager is used')),
  }),
  argAliases: { pkg: 'name', package: 'name' },
  examples: [
    { title: 'one is missing', args: { name: ['chrony', 'lvm2'] }, state: rpm, expect: 'change' },
    { title: 'installed', args: { name: 'chrony' }, state: rpm, expect: 'ok' },
    { title: 'removed', args: { name: 'chrony', state: 'absent' }, state: { ...rpm, manager: 'apt-get' }, expect: 'change' },
    { title: 'a newer one', args: { name: 'chrony', state: 'latest' }, state: { ...rpm, outdated: ['chrony'] }, expect: 'change' },
    { title: 'a package group', args: { name: '@core' }, state: rpm, expect: 'failed' },
  ],
  read: async ({ name, state }, io): Promise<Packages> => io.ask(packages, { names: name.filter(isName), latest: state === 'latest' }),
  decide({ name, state, update_cache }, now): Decision<JsonObject> {
    const wrong = name.find((one) => !isName(one));
    if (wrong !== undefined)
      return failed(`"${wrong}" is no plain name of a package`, { code: 'args', hint: 'use command with dnf or apt-get' });
    const { manager } = now;
    const run = (...words: readonly string[]): Step => {
      const argv = [manager, '-y', ...words] as const;
      return { do: 'exec', argv, ...(manager === 'apt-get' ? { env: { DEBIAN_FRONTEND: 'noninteractive' } } : {}) };
    };
    if (state === 'absent' || state === 'removed') {
      const there = name.filter((one) => now.installed.includes(one));
      if (there.length === 0) return ok({ msg: 'Nothing to do', results: [] });
      const summary = `remove ${there.join(', ')}`;
      return change({
        op: 'delete',
        summary,
        before: { installed: there },
        after: { installed: [] },
        steps: [run('remove', '--', ...there)],
      });
    }
    const missing = name.filter((one) => !now.installed.includes(one));
    const wanted = [...missing, ...now.outdated];
    if (wanted.length === 0) return ok({ msg: 'Nothing to do', results: [] });
    const refresh = update_cache ? [manager === 'apt-get' ? run('update') : run('makecache')] : [];
    const installs = missing.length > 0 ? [run('install', '--', ...missing)] : [];
    const verb = manager === 'apt-get' ? ['install', '--only-upgrade'] : ['upgrade'];
    const upgrades = now.outdated.length > 0 ? [run(...verb, '--', ...now.outdated)] : [];
    const [first, ...rest] = [...refresh, ...installs, ...upgrades];
    if (first === undefined) return ok({ msg: 'Nothing to do', results: [] });
    return change({
      op: 'update',
      summary: `install ${wanted.join(', ')}`,
      before: { missing, outdated: now.outdated },
      after: { installed: wanted },
      steps: [first, ...rest],
      // What packages bring along nobody here can foretell.
      provides: ['unit/*', 'user/*', 'group/*'],
    });
  },
});

const isName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9+._:-]*$/.test(name) && !name.endsWith('.rpm') && !name.endsWith('.deb');
