/** Programs that change what a file says of itself: touch, chmod, chown, chgrp. */
import { NOTHING } from '../world/bytes.ts';
import { Errno } from '../world/errno.ts';
import { entry, find, fresh, maybeFind, names, place, placeNew, type Sight, slot } from '../world/files.ts';
import type { Node } from '../world/tree.ts';
import type { World } from '../world/types.ts';
import { parseMode } from './mode.ts';
import { type Call, type Context, eachOf, fail, getopt, type Program, type Result } from './program.ts';

const inside = (dir: string, name: string): string => `${dir.replace(/\/+$/, '')}/${name}`;
const owns = (sight: Sight, node: Node): boolean => sight.who.uid === 0 || sight.who.uid === node.uid;

function touch(args: readonly string[], { context }: Call): Result {
  const { flags, values, rest } = getopt(args, {
    short: 'acmhd:t:r:',
    long: { 'no-create': 'c', date: 'd:', reference: 'r:', 'no-dereference': 'h' },
  });
  const reference = values.has('r') ? maybeFind(context, values.get('r') ?? '')?.node.mtime : undefined;
  const when = values.has('d') ? dateFrom(values.get('d') ?? '') : values.has('t') ? stampFrom(values.get('t') ?? '') : reference;
  const mtime = when ?? context.kernel.now;
  return eachOf(
    rest,
    context,
    (path, now) => {
      const at = slot(now, path, !flags.has('h'));
      if (at.node) {
        if (!owns(now, at.node)) throw new Errno('EACCES');
        return { world: place(now.world, at.path, { node: { ...at.node, mtime }, now: now.kernel.now }) };
      }
      if (flags.has('c')) return {};
      const { node, world } = fresh(now, { kind: 'file', data: NOTHING, mode: 0o666 & ~now.umask });
      return { world: placeNew({ ...now, world }, at, { ...node, mtime }) };
    },
    (path, error) => `touch: cannot touch '${path}': ${error.message}`,
  );
}

const dateFrom = (text: string): number | undefined =>
  text.startsWith('@') ? Number(text.slice(1)) : Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(text) ? text : `${text}Z`) / 1000 || undefined;
/** [[CC]YY]MMDDhhmm[.ss] */
function stampFrom(text: string): number | undefined {
  const [, year = '', month, day, hour, minute, second = '0'] = /^(\d{4}|\d\d|)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d\d))?$/.exec(text) ?? [];
  if (month === undefined) return undefined;
  const full = year.length === 2 ? 2000 + Number(year) : Number(year || new Date().getUTCFullYear());
  return Date.UTC(full, Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) / 1000;
}

/** A change to one node, or to all below it. */
function changeTree(
  context: Context,
  path: string,
  how: { readonly deep: boolean; readonly follow: boolean; readonly change: (node: Node) => Node },
): World {
  const { node, path: real } = find(context, path, how.follow);
  if (!owns(context, node)) throw new Errno('EPERM');
  const next = how.change(node);
  let world = next === node ? context.world : place(context.world, real, { node: next, now: context.kernel.now });
  if (how.deep && node.kind === 'dir') {
    for (const name of names(context, node, real)) {
      const below = entry(context, node, inside(real, name));
      if (below && below.kind !== 'link') world = changeTree({ ...context, world }, inside(real, name), { ...how, follow: false });
    }
  }
  return world;
}

function chmod(args: readonly string[], { context }: Call): Result {
  // A mode such as -x is no option.
  const words = args.map((arg) => (/^-[rwxXst]/.test(arg) && !/^-R?v?$/.test(arg) ? `\0${arg}` : arg));
  const { flags, values, rest } = getopt(words, { short: 'Rvfc', long: { recursive: 'R', verbose: 'v', reference: 'r:' } });
  const reference = values.has('r') ? maybeFind(context, values.get('r') ?? '')?.node.mode : undefined;
  const [text = '', ...paths] = reference === undefined ? rest.map((word) => word.replace(/^\0/, '')) : ['', ...rest];
  const mode = (node: Node): number | undefined =>
    reference ?? parseMode(text, node.mode, { directory: node.kind === 'dir', umask: context.umask });
  if (parseMode(text, 0, { directory: false, umask: 0 }) === undefined && reference === undefined)
    return fail(`chmod: invalid mode: '${text}'\nTry 'chmod --help' for more information.`);
  return eachOf(
    paths,
    context,
    (path, now) => ({
      world: changeTree(now, path, { deep: flags.has('R'), follow: true, change: (node) => ({ ...node, mode: mode(node) ?? node.mode }) }),
    }),
    (path, error) =>
      error.code === 'EPERM'
        ? `chmod: changing permissions of '${path}': ${error.message}`
        : `chmod: cannot access '${path}': ${error.message}`,
  );
}

function chown(args: readonly string[], { name, context }: Call): Result {
  const { flags, values, rest } = getopt(args, { short: 'Rhvfc', long: { recursive: 'R', 'no-dereference': 'h', reference: 'r:' } });
  const [spec = '', ...paths] = values.has('r') ? ['', ...rest] : rest;
  const [user = '', group] = name === 'chgrp' ? ['', spec] : spec.split(/[:.](?=[^:.]*$)/);
  const { world } = context;
  const uid = user === '' ? undefined : (world.users.find((one) => one.name === user)?.uid ?? (/^\d+$/.test(user) ? Number(user) : null));
  const gid =
    group === undefined || group === ''
      ? undefined
      : (world.groups.find((one) => one.name === group)?.gid ?? (/^\d+$/.test(group) ? Number(group) : null));
  if (uid === null) return fail(`chown: invalid user: '${spec}'`);
  if (gid === null) return fail(`${name}: invalid group: '${name === 'chgrp' ? group : spec}'`);
  const { who } = context;
  const change = (node: Node): Node => {
    const gives = uid !== undefined && uid !== node.uid;
    const joins = gid !== undefined && gid !== node.gid && gid !== who.gid && !who.groups.includes(gid);
    if (who.uid !== 0 && (gives || joins)) throw new Errno('EPERM');
    return { ...node, uid: uid ?? node.uid, gid: gid ?? node.gid };
  };
  return eachOf(
    paths,
    context,
    (path, now) => ({ world: changeTree(now, path, { deep: flags.has('R'), follow: !flags.has('h'), change }) }),
    (path, error) =>
      error.code === 'EPERM'
        ? `${name}: changing ${name === 'chgrp' ? 'group' : 'ownership'} of '${path}': ${error.message}`
        : `${name}: cannot access '${path}': ${error.message}`,
  );
}

export const attributePrograms: readonly Program[] = [
  { names: ['touch'], run: touch },
  { names: ['chmod'], run: chmod },
  { names: ['chown', 'chgrp'], run: chown },
];
