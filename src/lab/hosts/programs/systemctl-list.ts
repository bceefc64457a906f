/** systemctl's tables of units and unit files. */
import type { Unit, World } from '../world/types.ts';
import type { Options } from './program.ts';
import { full } from './systemctl-acts.ts';

type Asked = Pick<Options, 'flags' | 'values'> & { readonly names: readonly string[] };

const subOf = ({ active }: Unit): string => ({ active: 'running', failed: 'failed', inactive: 'dead' })[active];

/** Of the types and the names asked for, where patterns are allowed. */
function named(world: World, { names, values }: Asked): readonly Unit[] {
  const types = values.get('t')?.split(',');
  const patterns = names.map(
    (name) =>
      new RegExp(
        `^${full(name)
          .replace(/[.+^$(){}|\\]/g, '\\$&')
          .replaceAll('*', '.*')
          .replaceAll('?', '.')}$`,
      ),
  );
  return world.units.filter(
    ({ name }) =>
      (types === undefined || types.some((type) => name.endsWith(`.${type}`))) &&
      (patterns.length === 0 || patterns.some((pattern) => pattern.test(name))),
  );
}

export function units(world: World, asked: Asked): string {
  const { flags, values } = asked;
  const states = flags.has('F') ? ['failed'] : values.get('s')?.split(',');
  const shown = named(world, asked)
    .filter((unit) =>
      states
        ? states.some((state) => [unit.active, subOf(unit), 'loaded'].includes(state))
        : flags.has('a') || asked.names.length > 0 || unit.active !== 'inactive',
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const mark = flags.has('P') ? '' : '  ';
  const width = (head: string, of: (unit: Unit) => string): number => Math.max(head.length, ...shown.map((unit) => of(unit).length));
  const name = width('UNIT', (unit) => unit.name);
  const sub = width('SUB', subOf);
  const active = width('ACTIVE', (unit) => unit.active);
  const rows = shown.map(
    (unit) =>
      `${unit.active === 'failed' && mark !== '' ? '\u25cf ' : mark}${unit.name.padEnd(name)} loaded ${unit.active.padEnd(active)} ${subOf(unit).padEnd(sub)} ${unit.description}\n`,
  );
  if (flags.has('L')) return rows.join('');
  const count = `${shown.length} loaded units listed.`;
  if (shown.length === 0) return `${mark}UNIT LOAD ACTIVE SUB DESCRIPTION\n${count}\n`;
  const head = `${mark}${'UNIT'.padEnd(name)} LOAD   ${'ACTIVE'.padEnd(active)} ${'SUB'.padEnd(sub)} DESCRIPTION\n`;
  const legend =
    'LOAD   = Reflects whether the unit definition was properly loaded.\nACTIVE = The high-level unit activation state, i.e. generalization of SUB.\nSUB    = The low-level unit activation state, values depend on unit type.\n';
  const hint = `${count} Pass --all to see loaded but inactive units, too.\nTo show all installed unit files use 'systemctl list-unit-files'.\n`;
  return `${head}${rows.join('')}\n${legend}${states || flags.has('a') ? `${count}\n` : hint}`;
}

export function unitFiles(world: World, asked: Asked): string {
  const states = asked.values.get('s')?.split(',');
  const shown = named(world, asked).filter(({ enabled }) => states?.includes(enabled) ?? true);
  const width = Math.max('UNIT FILE'.length, ...shown.map(({ name }) => name.length));
  const rows = shown.map(({ name, enabled }) => `${name.padEnd(width)} ${enabled.padEnd(8)} disabled\n`);
  if (asked.flags.has('L')) return rows.join('');
  return `${'UNIT FILE'.padEnd(width)} STATE    PRESET\n${rows.join('')}\n${shown.length} unit files listed.\n`;
}
