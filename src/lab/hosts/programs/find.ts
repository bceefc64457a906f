/** find: walks a tree; tests by name, type, size of depth, age; prints, deletes, runs commands. */
import type { Machine } from '../kernel/machine.ts';
import type { Process } from '../kernel/process.ts';
import { matches } from '../shell/pattern.ts';
import { Errno } from '../world/errno.ts';
import { entry, find, may, names, placeNew, type Sight, slot } from '../world/files.ts';
import { type Node, sizeOf } from '../world/tree.ts';
import type { Live } from './program.ts';
import { runs } from './run-others.ts';
import { say, tell } from './streams.ts';

interface Item {
  readonly path: string;
  readonly node: Node;
  readonly depth: number;
}

type Test = (item: Item) => Promise<boolean>;

interface Search {
  readonly machine: Machine;
  readonly process: Process;
  readonly words: string[];
  minDepth: number;
  maxDepth: number;
  acts: boolean;
  deepFirst: boolean;
  pruned: boolean;
  /** -L: links are what they lead to. */
  readonly follow: boolean;
  /** Collected for `-exec … +`. */
  readonly batches: { readonly argv: readonly string[]; readonly paths: string[] }[];
}

const LETTERS: { readonly [letter: string]: Node['kind'] } = { f: 'file', d: 'dir', l: 'link', b: 'block', c: 'char', p: 'fifo' };

class Complaint extends Error {}

function either(search: Search): Test {
  let left = both(search);
  while (search.words[0] === '-o' || search.words[0] === '-or') {
    search.words.shift();
    const [first, second] = [left, both(search)];
    left = async (item) => (await first(item)) || (await second(item));
  }
  return left;
}

function both(search: Search): Test {
  let left: Test | undefined;
  while (search.words.length > 0 && !['-o', '-or', ')'].includes(search.words[0] ?? '')) {
    if (search.words[0] === '-a' || search.words[0] === '-and') search.words.shift();
    const [first, second] = [left, one(search)];
    left = first ? async (item) => (await first(item)) && (await second(item)) : second;
  }
  return left ?? (async () => true);
}

function one(search: Search): Test {
  const { words, machine, process } = search;
  const word = words.shift() ?? '';
  const next = (): string => {
    const value = words.shift();
    if (value === undefined) throw new Complaint(`missing argument to \`${word}'`);
    return value;
  };
  const base = (path: string): string => path.replace(/\/+$/, '').replace(/^.*\//, '') || '/';
  switch (word) {
    case '!':
    case '-not': {
      const inner = one(search);
      return async (item) => !(await inner(item));
    }
    case '(': {
      const inner = either(search);
      words.shift();
      return inner;
    }
    case '-name':
    case '-iname': {
      const pattern = next();
      const fold = (text: string): string => (word === '-iname' ? text.toLowerCase() : text);
      return async ({ path }) => matches(fold(base(path)), fold(pattern));
    }
    case '-path': {
      const pattern = next();
      return async ({ path }) => matches(path, pattern);
    }
    case '-type': {
      const kinds = next().split(',');
      return async ({ node }) => kinds.some((kind) => LETTERS[kind] === node.kind);
    }
    case '-maxdepth':
      search.maxDepth = Number(next());
      return async () => true;
    case '-mindepth':
      search.minDepth = Number(next());
      return async () => true;
    case '-depth':
      search.deepFirst = true;
      return async () => true;
    case '-xdev':
    case '-mount':
      return async () => true;
    case '-empty':
      return async ({ node, path }) =>
        node.kind === 'dir' ? names(machine.sight(process), node, path).length === 0 : node.kind === 'file' && sizeOf(node) === 0;
    case '-mtime':
    case '-mmin': {
      const [, sign = '', digits = '0'] = /^([-+]?)(\d+)$/.exec(next()) ?? [];
      const unit = word === '-mtime' ? 86_400 : 60;
      return async ({ node }) => {
        const age = Math.floor((machine.now() - node.mtime) / unit);
        return sign === '+' ? age > Number(digits) : sign === '-' ? age < Number(digits) : age === Number(digits);
      };
    }
    case '-prune':
      return async () => {
        search.pruned = true;
        return true;
      };
    case '-print':
    case '-print0':
      search.acts = true;
      return async ({ path }) => {
        await tell(process, `${path}${word === '-print' ? '\n' : '\0'}`);
        return true;
      };
    case '-delete':
      search.acts = true;
      search.deepFirst = true;
      return async ({ path }) => {
        const sight = machine.sight(process);
        machine.world = placeNew(sight, slot(sight, path, false), undefined);
        return true;
      };
    case '-exec':
      return exec(search);
    default:
      throw new Complaint(`unknown predicate \`${word}'`);
  }
}

function exec(search: Search): Test {
  search.acts = true;
  const argv: string[] = [];
  for (let word = search.words.shift(); word !== ';'; word = search.words.shift()) {
    if (word === undefined) throw new Complaint("missing argument to `-exec'");
    if (word === '+' && argv.at(-1) === '{}') {
      const batch = { argv: argv.slice(0, -1), paths: [] as string[] };
      search.batches.push(batch);
      return async ({ path }) => {
        batch.paths.push(path);
        return true;
      };
    }
    argv.push(word);
  }
  return async ({ path }) =>
    (await runs(
      search.machine,
      search.process,
      argv.map((word) => word.replaceAll('{}', path)),
    )) === 0;
}

/** What a link leads to: the link itself where that is nothing, and an error where it goes round in circles. */
function ending(sight: Sight, path: string, link: Node): Node | Errno {
  try {
    return find(sight, path).node;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return error.code === 'ELOOP' ? error : link;
  }
}

async function walk(search: Search, test: Test, item: Item): Promise<number> {
  const { machine, process } = search;
  process.check();
  const look = async (): Promise<void> => {
    if (item.depth < search.minDepth || !(await test(item))) return;
    if (!search.acts) await tell(process, `${item.path}\n`);
  };
  search.pruned = false;
  if (!search.deepFirst) await look();
  let code = 0;
  if (item.node.kind === 'dir' && item.depth < search.maxDepth && !search.pruned) {
    const sight = machine.sight(process);
    if (!may(sight.who, item.node, 4)) {
      await say(process, `find: '${item.path}': Permission denied\n`);
      return 1;
    }
    const { path: real } = find(sight, item.path);
    for (const name of names(sight, item.node, real)) {
      const path = `${item.path.replace(/\/$/, '')}/${name}`;
      const below = entry(sight, item.node, `${real === '/' ? '' : real}/${name}`);
      const node = below?.kind === 'link' && search.follow ? ending(sight, path, below) : below;
      if (node instanceof Errno) {
        await say(process, `find: '${path}': ${node.message}\n`);
        code = 1;
      } else if (node) code = (await walk(search, test, { path, node, depth: item.depth + 1 })) || code;
    }
  }
  if (search.deepFirst) await look();
  return code;
}

export const findProgram: Live = {
  names: ['find'],
  async live(machine, process) {
    const given = process.argv.slice(1);
    const words = /^-[HLP]$/.test(given[0] ?? '') ? given.slice(1) : given;
    const follow = given[0] === '-L';
    const at = words.findIndex((word) => /^[-(!]/.test(word));
    const roots = at < 0 ? words : words.slice(0, at);
    const search: Search = {
      machine,
      process,
      words: at < 0 ? [] : words.slice(at),
      minDepth: 0,
      maxDepth: 1000,
      acts: false,
      deepFirst: false,
      pruned: false,
      follow,
      batches: [],
    };
    let code = 0;
    try {
      const test = either(search);
      for (const root of roots.length === 0 ? ['.'] : roots) {
        try {
          const { node } = find(machine.sight(process), root, follow);
          code = (await walk(search, test, { path: root, node, depth: 0 })) || code;
        } catch (error) {
          if (!(error instanceof Errno)) throw error;
          await say(process, `find: '${root}': ${error.message}\n`);
          code = 1;
        }
      }
      for (const { argv, paths } of search.batches) {
        if (paths.length > 0 && (await runs(machine, process, [...argv, ...paths])) !== 0) code = 1;
      }
    } catch (error) {
      if (!(error instanceof Complaint)) throw error;
      await say(process, `find: ${error.message}\n`);
      return 1;
    }
    return code;
  },
};
