/** df: mounted file systems with made-up use, enough to have free space. */
import { deviceByNumber } from '../world/devices.ts';
import { maybeFind } from '../world/files.ts';
import type { Mount } from '../world/types.ts';
import { type Call, fail, getopt, ok, type Program, type Result } from './program.ts';
import { humanSize } from './size.ts';

function run(args: readonly string[], { context }: Call): Result {
  const { flags, rest, unknown } = getopt(args, {
    short: 'hkPTmaliB:t:x:H',
    long: { 'human-readable': 'h', portability: 'P', 'print-type': 'T', output: 'o?' },
  });
  if (unknown) return fail(`df: ${unknown}\nTry 'df --help' for more information.`);
  const { mounts } = context.world;
  const of = (path: string): Mount | undefined => {
    const real = maybeFind(context, path)?.path;
    return real === undefined
      ? undefined
      : mounts.findLast(({ target }) => target === '/' || real === target || real.startsWith(`${target}/`));
  };
  const missing = rest.filter((path) => of(path) === undefined);
  const shown = rest.length > 0 ? rest.flatMap((path) => of(path) ?? []) : mounts.filter(({ majMin }) => !majMin.startsWith('0:'));
  const size = (bytes: number): string => (flags.has('h') ? humanSize(bytes) : String(Math.floor(bytes / 1024)));
  const rows = shown.map((mount) => {
    const total = deviceByNumber(context.world, mount.majMin)?.size ?? 0;
    const used = Math.floor(total / 10);
    return [
      mount.source,
      ...(flags.has('T') ? [mount.fstype] : []),
      size(total),
      size(used),
      size(total - used),
      total > 0 ? '10%' : '0%',
      mount.target,
    ];
  });
  const heads = [
    'Filesystem',
    ...(flags.has('T') ? ['Type'] : []),
    flags.has('h') ? 'Size' : '1K-blocks',
    'Used',
    flags.has('h') ? 'Avail' : 'Available',
    'Use%',
    'Mounted on',
  ];
  const all = [heads, ...rows];
  const width = (index: number): number => Math.max(...all.map((row) => (row[index] ?? '').length));
  const text = all
    .map(
      (row) =>
        `${row.map((cell, index) => (index === 0 ? cell.padEnd(width(0)) : index === row.length - 1 ? cell : cell.padStart(width(index)))).join(' ')}\n`,
    )
    .join('');
  if (missing.length === 0) return ok(text);
  return fail(missing.map((path) => `df: ${path}: No such file or directory`).join('\n'), 1, rows.length > 0 ? text : '');
}

export const df: Program = { names: ['df'], run };
