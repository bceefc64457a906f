/** Programs that make, move and remove files: mkdir, rmdir, rm, mv, cp, ln, mktemp. */
import { randomBytes } from 'node:crypto';
import { NOTHING } from '../world/bytes.ts';
import { Errno } from '../world/errno.ts';
import { entry, find, fresh, may, maybeFind, names, place, placeNew, type Sight, slot } from '../world/files.ts';
import { dataOf, type Node } from '../world/tree.ts';
import type { World } from '../world/types.ts';
import { parseMode } from './mode.ts';
import { type Call, type Context, eachOf, fail, getopt, type Program, type Result } from './program.ts';

const base = (path: string): string => path.replace(/\/+$/, '').replace(/^.*\//, '');
const inside = (dir: string, name: string): string => `${dir.replace(/\/+$/, '')}/${name}`;

function makeDir(context: Context, path: string, mode: number): World {
  const at = slot(context, path.replace(/(.)\/+$/, '$1'), false);
  if (at.node) throw new Errno('EEXIST');
  const { node, world } = fresh(context, { kind: 'dir', mode });
  return placeNew({ ...context, world }, at, node);
}

function mkdir(args: readonly string[], { context }: Call): Result {
  const { flags, values, rest, unknown } = getopt(args, { short: 'pm:vZ', long: { parents: 'p', mode: 'm:', verbose: 'v' } });
  if (unknown || rest.length === 0) return fail(`mkdir: ${unknown ?? 'missing operand'}\nTry 'mkdir --help' for more information.`);
  const normal = 0o777 & ~context.umask;
  const mode = values.has('m') ? (parseMode(values.get('m') ?? '', 0o777, { directory: true, umask: context.umask }) ?? normal) : normal;
  return eachOf(
    rest,
    context,
    (path, now) => {
      if (!flags.has('p')) return { world: makeDir(now, path, mode) };
      let { world } = now;
      const parts = path.split('/');
      for (let count = 1; count <= parts.length; count++) {
        const part = parts.slice(0, count).join('/') || '/';
        const there = maybeFind({ ...now, world }, part)?.node;
        if (there?.kind === 'dir' || part === '') continue;
        if (there) throw new Errno(count === parts.length ? 'EEXIST' : 'ENOTDIR', part);
        world = makeDir({ ...now, world }, part, count === parts.length ? mode : normal | 0o300);
      }
      return { world };
    },
    (path, error) => `mkdir: cannot create directory '${error.at ?? path}': ${error.message}`,
  );
}

/** Throws EBUSY where something is mounted at or below a directory. */
function mustBeFree(sight: Sight, path: string): void {
  if (sight.world.mounts.some(({ target }) => target === path || target.startsWith(`${path}/`))) throw new Errno('EBUSY');
}

function rm(args: readonly string[], { context }: Call): Result {
  const { flags, rest, unknown } = getopt(args, {
    short: 'rRfivdI',
    long: { recursive: 'r', force: 'f', verbose: 'v', dir: 'd', 'one-file-system': 'x', 'preserve-root': 'x' },
  });
  if (unknown) return fail(`rm: ${unknown}\nTry 'rm --help' for more information.`);
  if (rest.length === 0) return flags.has('f') ? { code: 0 } : fail("rm: missing operand\nTry 'rm --help' for more information.");
  const deep = flags.has('r') || flags.has('R');
  return eachOf(
    rest,
    context,
    (path, now) => {
      let at: ReturnType<typeof slot>;
      try {
        at = slot(now, path.replace(/(.)\/+$/, '$1'), false);
      } catch (error) {
        if (error instanceof Errno && flags.has('f') && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return {};
        throw error;
      }
      if (!at.node) {
        if (flags.has('f')) return {};
        throw new Errno('ENOENT');
      }
      if (at.node.kind === 'dir') {
        if (!deep && !flags.has('d')) throw new Errno('EISDIR');
        mustBeFree(now, at.path);
        if (!deep && names(now, at.node, at.path).length > 0) throw new Errno('ENOTEMPTY');
      }
      return { world: placeNew(now, at, undefined) };
    },
    (path, error) => `rm: cannot remove '${path}': ${error.message}`,
  );
}

function rmdir(args: readonly string[], { context }: Call): Result {
  const { rest } = getopt(args, { short: 'pv', long: { parents: 'p', 'ignore-fail-on-non-empty': 'i' } });
  return eachOf(
    rest,
    context,
    (path, now) => {
      const at = slot(now, path.replace(/(.)\/+$/, '$1'), false);
      if (!at.node) throw new Errno('ENOENT');
      if (at.node.kind !== 'dir') throw new Errno('ENOTDIR');
      mustBeFree(now, at.path);
      if (names(now, at.node, at.path).length > 0) throw new Errno('ENOTEMPTY');
      return { world: placeNew(now, at, undefined) };
    },
    (path, error) => `rmdir: failed to remove '${path}': ${error.message}`,
  );
}

/** Where several sources, or one, are to go: into a directory, or under a name. */
function targets(
  context: Context,
  rest: readonly string[],
  into: { readonly dir?: string | undefined; readonly plain: boolean },
): readonly (readonly [string, string])[] {
  const [last = ''] = into.dir === undefined ? rest.slice(-1) : [into.dir];
  const sources = into.dir === undefined ? rest.slice(0, -1) : rest;
  const directory = !into.plain && maybeFind(context, last)?.node.kind === 'dir';
  if (sources.length > 1 && !directory) throw new Errno('ENOTDIR');
  return sources.map((source) => [source, directory ? inside(last, base(source)) : last] as const);
}

function mv(args: readonly string[], { context }: Call): Result {
  const { flags, values, rest } = getopt(args, {
    short: 'fnvTt:uiZ',
    long: { force: 'f', 'no-clobber': 'n', 'no-target-directory': 'T', 'target-directory': 't:' },
  });
  if (rest.length < (values.has('t') ? 1 : 2))
    return fail(
      `mv: missing ${rest.length === 0 ? 'file operand' : `destination file operand after '${rest[0]}'`}\nTry 'mv --help' for more information.`,
    );
  const pairs = targets(context, rest, { dir: values.get('t'), plain: flags.has('T') });
  return eachOf(
    pairs.map(([source, to]) => `${source}\0${to}`),
    context,
    (pair, now) => {
      const [source = '', to = ''] = pair.split('\0');
      const from = slot(now, source.replace(/(.)\/+$/, '$1'), false);
      if (!from.node) throw new Errno('ENOENT');
      const at = slot(now, to.replace(/(.)\/+$/, '$1'), false);
      if (at.node && flags.has('n')) return {};
      if (at.path === from.path) throw new Errno('EINVAL');
      if (at.node?.kind === 'dir' && from.node.kind !== 'dir') throw new Errno('EISDIR');
      const world = placeNew(now, from, undefined);
      const again = { ...now, world };
      return { world: placeNew(again, { ...slot(again, to.replace(/(.)\/+$/, '$1'), false) }, from.node) };
    },
    (pair, error) => {
      const [source = '', to = ''] = pair.split('\0');
      return error.code === 'ENOENT' && !maybeFind(context, source, false)
        ? `mv: cannot stat '${source}': ${error.message}`
        : `mv: cannot move '${source}' to '${to}': ${error.message}`;
    },
  );
}

/** A copy as its new owner makes it. */
function copied(
  sight: Sight,
  node: Node,
  how: { readonly keep: boolean; readonly umask: number },
): { readonly node: Node; readonly world: World } {
  const ino = sight.world.nextIno;
  const world = { ...sight.world, nextIno: ino + 1 };
  const whose = how.keep
    ? {}
    : {
        uid: sight.who.uid,
        gid: sight.who.gid,
        mtime: sight.kernel.now,
        mode: node.kind === 'link' ? node.mode : node.mode & ~how.umask & 0o777,
      };
  if (node.kind === 'file') return { node: { ...node, ...whose, ino, data: dataOf(node), generated: false }, world };
  return { node: { ...node, ...whose, ino }, world };
}

function copyInto(
  context: Context,
  source: string,
  to: string,
  how: { readonly deep: boolean; readonly keep: boolean; readonly follow: boolean },
): World {
  const { node, path } = find(context, source, how.follow);
  if (node.kind === 'dir' && !how.deep) throw new Errno('EISDIR');
  if (node.kind !== 'link' && !may(context.who, node, 4)) throw new Errno('EACCES', source);
  const at = slot(context, to.replace(/(.)\/+$/, '$1'));
  if (at.node?.kind === 'file' && node.kind === 'file' && !how.keep) {
    return place(context.world, at.path, { node: { ...at.node, data: dataOf(node), mtime: context.kernel.now }, now: context.kernel.now });
  }
  if (node.kind !== 'dir') {
    const made = copied(context, node, { keep: how.keep, umask: context.umask });
    return placeNew({ ...context, world: made.world }, at, made.node);
  }
  let { world } = context;
  if (!at.node) {
    const made = copied(context, { ...node, entries: new Map() }, { keep: how.keep, umask: context.umask });
    world = placeNew({ ...context, world: made.world }, at, made.node);
  }
  for (const name of names(context, node, path)) {
    if (entry(context, node, inside(path, name)))
      world = copyInto({ ...context, world }, inside(path, name), inside(at.path, name), { ...how, follow: false });
  }
  return world;
}

function cp(args: readonly string[], { context }: Call): Result {
  const { flags, values, rest } = getopt(args, {
    short: 'rRapfvdPLTt:nHi',
    long: {
      recursive: 'r',
      archive: 'a',
      preserve: 'p?',
      force: 'f',
      'no-dereference': 'P',
      'target-directory': 't:',
      reflink: 'x?',
      sparse: 'x:',
    },
  });
  if (rest.length < (values.has('t') ? 1 : 2))
    return fail(
      `cp: missing ${rest.length === 0 ? 'file operand' : `destination file operand after '${rest[0]}'`}\nTry 'cp --help' for more information.`,
    );
  const deep = flags.has('r') || flags.has('R') || flags.has('a');
  const how = {
    deep,
    keep: flags.has('a') || flags.has('p'),
    follow: !(flags.has('a') || flags.has('P') || flags.has('d') || (deep && !flags.has('L'))),
  };
  const pairs = targets(context, rest, { dir: values.get('t'), plain: flags.has('T') });
  return eachOf(
    pairs.map(([source, to]) => `${source}\0${to}`),
    context,
    (pair, now) => {
      const [source = '', to = ''] = pair.split('\0');
      return { world: copyInto(now, source, to, how) };
    },
    (pair, error) => {
      const [source = '', to = ''] = pair.split('\0');
      if (error.code === 'EISDIR') return `cp: -r not specified; omitting directory '${source}'`;
      if (error.code === 'EACCES' && error.at !== undefined) return `cp: cannot open '${error.at}' for reading: ${error.message}`;
      return maybeFind(context, source)
        ? `cp: cannot create regular file '${to}': ${error.message}`
        : `cp: cannot stat '${source}': ${error.message}`;
    },
  );
}

function ln(args: readonly string[], { context }: Call): Result {
  const { flags, values, rest } = getopt(args, {
    short: 'sfnvTt:r',
    long: { symbolic: 's', force: 'f', 'no-dereference': 'n', 'no-target-directory': 'T', 'target-directory': 't:' },
  });
  const [source = '', given] = rest;
  const to = given ?? base(source);
  const plain = flags.has('T') || flags.has('n');
  const existing = maybeFind(context, to, !plain);
  const path = values.has('t')
    ? inside(values.get('t') ?? '', base(source))
    : existing?.node.kind === 'dir' && !flags.has('T')
      ? inside(to, base(source))
      : to;
  return eachOf(
    [path],
    context,
    (target, now) => {
      const at = slot(now, target, false);
      if (at.node && !flags.has('f')) throw new Errno('EEXIST');
      if (at.node?.kind === 'dir') throw new Errno('EISDIR');
      if (flags.has('s')) {
        const { node, world } = fresh(now, { kind: 'link', target: source });
        return { world: placeNew({ ...now, world }, at, node) };
      }
      const from = find(now, source, false);
      if (from.node.kind === 'dir') throw new Errno('EPERM');
      const node = { ...from.node, nlink: (from.node.nlink ?? 1) + 1 };
      const world = place(now.world, from.path, { node, now: now.kernel.now });
      return { world: placeNew({ ...now, world }, slot({ ...now, world }, target, false), node) };
    },
    (target, error) =>
      !flags.has('s') && !maybeFind(context, source, false)
        ? `ln: failed to access '${source}': ${error.message}`
        : `ln: failed to create ${flags.has('s') ? 'symbolic' : 'hard'} link '${target}': ${error.message}`,
  );
}

function mktemp(args: readonly string[], { context }: Call): Result {
  const { flags, values, rest } = getopt(args, {
    short: 'dqutp:',
    long: { directory: 'd', tmpdir: 'p?', suffix: 's:', quiet: 'q', 'dry-run': 'u' },
  });
  const template = rest[0] ?? 'tmp.XXXXXXXXXX';
  const letters = /X{3,}(?=[^X/]*$)/.exec(template)?.[0];
  if (letters === undefined) return fail(`mktemp: too few X's in template '${template}'`);
  const random = [...randomBytes(letters.length)]
    .map((byte) => 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'[byte % 62])
    .join('');
  const name = `${template.replace(/X{3,}(?=[^X/]*$)/, random)}${values.get('s') ?? ''}`;
  const dir = values.get('p') || (context.env.get('TMPDIR') ?? '/tmp');
  const path = rest[0] === undefined || flags.has('p') || flags.has('t') ? inside(dir, name) : name;
  return eachOf(
    [path],
    context,
    (one, now) => {
      if (flags.has('u')) return { stdout: `${one}\n` };
      const at = slot(now, one, false);
      const { node, world } = fresh(now, flags.has('d') ? { kind: 'dir', mode: 0o700 } : { kind: 'file', data: NOTHING, mode: 0o600 });
      return { stdout: `${one}\n`, world: placeNew({ ...now, world }, at, node) };
    },
    (_, error) => `mktemp: failed to create ${flags.has('d') ? 'directory' : 'file'} via template '${template}': ${error.message}`,
  );
}

export const filePrograms: readonly Program[] = [
  { names: ['mkdir'], run: mkdir },
  { names: ['rmdir'], run: rmdir },
  { names: ['rm', 'unlink'], run: rm },
  { names: ['mv'], run: mv },
  { names: ['cp'], run: cp },
  { names: ['ln'], run: ln },
  { names: ['mktemp'], run: mktemp },
];
