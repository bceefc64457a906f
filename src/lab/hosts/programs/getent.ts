/** getent, over users, groups, shadow and hosts; glibc's other databases are known, and empty here. */
import { groupText, passwdText, shadowText } from '../world/accounts.ts';
import type { World } from '../world/types.ts';
import { type Call, fail, getopt, ok, type Program, type Result } from './program.ts';

interface Row {
  readonly keys: readonly string[];
  readonly line: string;
}

/** Records by name, and by number where they have one. */
const records = (text: string, number?: number): readonly Row[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const fields = line.split(':');
      return { line, keys: [fields[0] ?? '', ...(number === undefined ? [] : [fields[number] ?? ''])] };
    });

const hosts = ({ hostname, addresses }: World): readonly Row[] => [
  { keys: ['localhost'], line: '::1             localhost' },
  { keys: [hostname], line: `${(addresses[0] ?? '').padEnd(15)} ${hostname}` },
];

const DATABASES: { readonly [database: string]: (world: World) => readonly Row[] } = {
  passwd: (world) => records(passwdText(world), 2),
  group: (world) => records(groupText(world), 2),
  shadow: (world) => records(shadowText(world)),
  hosts,
  ahosts: hosts,
  ahostsv4: hosts,
  ...Object.fromEntries(
    ['aliases', 'ethers', 'gshadow', 'initgroups', 'netgroup', 'networks', 'protocols', 'rpc', 'services'].map((name) => [name, () => []]),
  ),
};

function run(args: readonly string[], { context }: Call): Result {
  const { rest, unknown } = getopt(args, { short: 's:iA', long: { service: 's:', 'no-idn': 'i' } });
  const hint = "\nTry `getent --help' or `getent --usage' for more information.";
  if (unknown) return fail(`getent: ${unknown}${hint}`, 64);
  const [database, ...keys] = rest;
  if (database === undefined) return fail(`getent: wrong number of arguments${hint}`, 64);
  const rows = DATABASES[database]?.(context.world);
  if (!rows) return fail(`Unknown database: ${database}`, 1, `${hint.trimStart()}\n`);
  // /etc/shadow is root's alone: to others it holds nothing.
  const open = database === 'shadow' && context.who.uid !== 0 ? [] : rows;
  if (keys.length === 0) return ok(open.map(({ line }) => `${line}\n`).join(''));
  const found = keys.map((key) => open.find((row) => row.keys.includes(key)));
  return { code: found.includes(undefined) ? 2 : 0, stdout: found.flatMap((row) => (row ? [`${row.line}\n`] : [])).join('') };
}

export const getent: Program = { names: ['getent'], run };
