/** Variables out of files of the controller, for the rest of the run. */
import { posix } from 'node:path';
import type { Decision, Files } from '../core/module.ts';
import { isObject, type JsonObject, type Value, type Vars } from '../core/value.ts';
import { args, defineModule, failed, flag, integer, listOf, oneOf, optional, text } from './define.ts';
import { pattern, patternProblem } from './files/pattern.ts';

type Args = {
  readonly free_form?: string;
  readonly file?: string;
  readonly dir?: string;
  readonly depth: number;
  readonly extensions: readonly string[];
  readonly files_matching?: string;
  readonly ignore_files: readonly string[];
  readonly hash_behaviour: 'replace' | 'merge';
};

type State = { readonly files: readonly string[]; readonly vars: Vars };

export const includeVars = defineModule({
  name: 'include_vars',
  aliases: ['ansible.builtin.include_vars'],
  target: 'none',
  effect: 'converge',
  assigns: 'anything',
  summary: 'Load variables from files of the controller',
  notes: ['Runs in check mode too. Files are looked for in vars/ of the role and of the playbook; of two files the later wins.'],
  args: args({
    free_form: optional(text('The file, as the plain string after `include_vars:`')),
    file: optional(text('The file')),
    dir: optional(text('Directory whose files are loaded, in the order of their names')),
    name: optional(text('Put all of them into one variable of this name')),
    depth: integer('dir: how many levels; 0 for all', { default: 0, minimum: 0 }),
    extensions: listOf(text('Extension without a dot'), 'dir: which files', { default: ['yaml', 'yml', 'json'] }),
    files_matching: optional(text('dir: pattern of the names that count')),
    ignore_files: listOf(text('Pattern'), 'dir: patterns of names to leave out', { default: [] }),
    ignore_unknown_extensions: flag('dir: leave out files with other extensions; pb always does', false),
    hash_behaviour: oneOf(['replace', 'merge'], 'merge: mappings of the same name are merged with what the host has, at every level', {
      default: 'replace',
    }),
  }),
  argAliases: { _raw_params: 'free_form' },
  freeForm: 'free_form',
  examples: [
    {
      title: 'a file',
      args: { file: 'site.yml' },
      state: { files: ['/srv/site/vars/site.yml'], vars: { domain: 'lab' } },
      expect: 'ok',
    },
    {
      title: 'into one variable',
      args: { dir: 'sites', name: 'sites' },
      state: { files: ['/srv/site/vars/sites/a.yml'], vars: { a: 1 } },
      expect: 'ok',
    },
    { title: 'both file and dir', args: { file: 'a.yml', dir: 'b' }, state: { files: [], vars: {} }, expect: 'failed' },
  ],
  async read(given, io): Promise<State> {
    if (problemOf(given) !== undefined || !io.files.vars) return { files: [], vars: {} };
    const one = given.file ?? given.free_form;
    const files = one === undefined ? await filesIn(given, io.files) : [await io.files.find('vars', one)];
    let vars: Vars = {};
    for (const file of files) vars = { ...vars, ...(await io.files.vars(file)) };
    if (given.hash_behaviour === 'replace') return { files, vars };
    const all = given.name === undefined ? vars : { [given.name]: vars as Value };
    const mixed = Object.entries(all).map(
      async ([name, value]): Promise<[string, Value]> => [name, merged((await io.variable?.(name)) as Value, value)],
    );
    const own = Object.fromEntries(await Promise.all(mixed));
    return { files, vars: given.name === undefined ? own : (own[given.name] as Vars) };
  },
  decide(given, { files, vars }): Decision<JsonObject> {
    const problem = problemOf(given);
    if (problem !== undefined) return failed(problem, { code: 'args' });
    const named: Vars = given.name === undefined ? vars : { [given.name]: vars as Value };
    // Templates are no data: they are worked out where the variables are used.
    const plain = Object.entries(named).filter(([, value]) => isData(value));
    const output = { ansible_facts: Object.fromEntries(plain) as JsonObject, ansible_included_var_files: files };
    return { is: 'ok', output, vars: named };
  },
});

/** Mappings of both at every level; anything else is the later one's. */
function merged(low: Value | undefined, high: Value): Value {
  if (!isObject(low) || !isObject(high)) return high;
  const names = Object.entries(high).map(([name, value]): [string, Value] => [
    name,
    merged(low[name] as Value | undefined, value as Value),
  ]);
  return { ...low, ...Object.fromEntries(names) } as Value;
}

function isData(value: Value): boolean {
  if (Array.isArray(value)) return value.every(isData);
  if (typeof value !== 'object' || value === null) return true;
  return isObject(value) && Object.values(value).every((item) => isData(item as Value));
}

function problemOf({ free_form, file, dir, files_matching, ignore_files }: Args): string | undefined {
  const given = [free_form, file, dir].filter((way) => way !== undefined);
  if (given.length !== 1) return 'give one of file and dir';
  return patternProblem({ files_matching, ...Object.fromEntries(ignore_files.map((source, at) => [`ignore_files[${at}]`, source])) });
}

async function filesIn(given: Args, files: Files): Promise<readonly string[]> {
  const matching = given.files_matching === undefined ? undefined : pattern(given.files_matching);
  const ignored = given.ignore_files.map((source) => pattern(source));
  const wanted = (name: string): boolean => {
    if (ignored.some((one) => one.search(name) !== null)) return false;
    return given.extensions.includes(posix.extname(name).slice(1)) && (matching === undefined || matching.search(name) !== null);
  };
  const walk = async (path: string, level: number): Promise<readonly string[]> => {
    const found: string[] = [];
    const below: string[] = [];
    for (const name of [...(await files.list(path))].sort()) {
      const at = posix.join(path, name);
      if ((await files.stat(at))?.kind === 'directory') below.push(at);
      else if (wanted(name)) found.push(at);
    }
    if (given.depth !== 0 && level >= given.depth) return found;
    for (const at of below) found.push(...(await walk(at, level + 1)));
    return found;
  };
  return walk(await files.find('vars', given.dir ?? ''), 1);
}
