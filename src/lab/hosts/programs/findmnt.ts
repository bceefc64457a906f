/** findmnt: mounts by target or source; mountpoint. */
import { deviceByNumber } from '../world/devices.ts';
import { maybeFind } from '../world/files.ts';
import type { Mount, World } from '../world/types.ts';
import { type Call, fail, getopt, ok, type Program, type Result } from './program.ts';
import { humanSize } from './size.ts';

const COLUMNS: { readonly [name: string]: (mount: Mount, world: World) => string | null } = {
  TARGET: ({ target }) => target,
  // What is below the root of the file system stands in brackets.
  SOURCE: ({ source, root }) => (root === '/' ? source : `${source}[${root}]`),
  FSTYPE: ({ fstype }) => fstype,
  OPTIONS: ({ options, superOptions }) => [...new Set([...options.split(','), ...superOptions.split(',')])].join(','),
  'MAJ:MIN': ({ majMin }) => majMin,
  ID: ({ id }) => String(id),
  PARENT: ({ parent }) => String(parent),
  FSROOT: ({ root }) => root,
  SIZE: ({ majMin }, world) => humanSize(deviceByNumber(world, majMin)?.size ?? 0),
};

const LONG = {
  json: 'J',
  output: 'o:',
  noheadings: 'n',
  list: 'l',
  target: 'T:',
  source: 'S:',
  mountpoint: 'M:',
  types: 't:',
  nofsroot: 'v',
  raw: 'r',
  'first-only': 'f',
  kernel: 'k',
};

function run(args: readonly string[], { context }: Call): Result {
  const { flags, values, rest, unknown } = getopt(args, { short: 'Jo:nlT:S:M:t:vrfkuPbDe', long: LONG });
  if (unknown) return fail(`findmnt: ${unknown}\nTry 'findmnt --help' for more information.`);
  const { world } = context;
  const columns = (values.get('o') ?? 'TARGET,SOURCE,FSTYPE,OPTIONS').toUpperCase().split(',');
  const strange = columns.find((column) => !(column in COLUMNS));
  if (strange !== undefined) return fail(`findmnt: unknown column: ${strange}`);
  const real = (path: string): string => maybeFind(context, path)?.path ?? path;
  const [first, second] = rest;
  const types = values.get('t')?.split(',');
  const inTarget = values.get('T');
  const target = values.get('M') ?? second;
  const source = values.get('S');
  const owner =
    inTarget === undefined
      ? undefined
      : world.mounts.findLast(({ target: at }) => at === '/' || real(inTarget) === at || real(inTarget).startsWith(`${at}/`));
  const fits = (mount: Mount): boolean =>
    (types?.includes(mount.fstype) ?? true) &&
    (inTarget === undefined || mount === owner) &&
    (target === undefined || mount.target === real(target)) &&
    (source === undefined || mount.source === real(source) || mount.source === source) &&
    (first === undefined || second !== undefined || mount.target === real(first) || mount.source === real(first));
  if (inTarget !== undefined && !maybeFind(context, inTarget)) return { code: 1 };
  const found = world.mounts.filter(fits);
  const shown = flags.has('f') ? found.slice(0, 1) : found;
  if (shown.length === 0) return { code: 1 };
  const cell = (mount: Mount, column: string): string | null => {
    const value = COLUMNS[column]?.(mount, world) ?? null;
    return column === 'SOURCE' && flags.has('v') ? mount.source : value;
  };
  if (flags.has('J')) return ok(json(shown, columns, cell));
  const rows = shown.map((mount) => columns.map((column) => cell(mount, column) ?? ''));
  const all = flags.has('n') ? rows : [columns, ...rows];
  const width = (index: number): number => Math.max(...all.map((row) => (row[index] ?? '').length));
  return ok(
    all
      .map((row) => `${row.map((one, index) => (index === row.length - 1 || flags.has('r') ? one : one.padEnd(width(index)))).join(' ')}\n`)
      .join(''),
  );
}

function json(mounts: readonly Mount[], columns: readonly string[], cell: (mount: Mount, column: string) => string | null): string {
  const objects = mounts.map(
    (mount) =>
      `      {\n${columns.map((column) => `         ${JSON.stringify(column.toLowerCase())}: ${JSON.stringify(cell(mount, column))}`).join(',\n')}\n      }`,
  );
  return `{\n   "filesystems": [\n${objects.join(',')}\n   ]\n}\n`;
}

function mountpoint(args: readonly string[], { context }: Call): Result {
  const { flags, rest } = getopt(args, { short: 'qdx', long: { quiet: 'q', nofollow: 'n' } });
  const [path = ''] = rest;
  const found = maybeFind(context, path);
  const quiet = flags.has('q');
  if (!found) return { code: 1, stderr: quiet ? '' : `mountpoint: ${path}: No such file or directory\n` };
  const is = context.world.mounts.some(({ target }) => target === found.path);
  return { code: is ? 0 : 32, stdout: quiet ? '' : `${path} is ${is ? '' : 'not '}a mountpoint\n` };
}

export const findmntPrograms: readonly Program[] = [
  { names: ['findmnt'], run },
  { names: ['mountpoint'], run: mountpoint },
];
