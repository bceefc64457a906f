/** The corpus of expressions with real Ansible's answers, and how a case is put to the engine. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { fileglob } from '../../src/cli/lookups/files.ts';
import { PbError } from '../../src/core/diagnostic.ts';
import { OMIT, resolve, settled } from '../../src/core/resolve.ts';
import { LAZY, type Lazy, type Resolved, type Scope, type Unknown, type Value } from '../../src/core/value.ts';
import { createEngine, type LookupRegistry, type TemplateEngine } from '../../src/template/index.ts';

type Data = null | boolean | number | string | Data[] | { [key: string]: Data };

export interface Case {
  readonly id: string;
  readonly group: string;
  readonly mode: 'template' | 'when' | 'file';
  readonly src: Data;
  readonly expect: { readonly ok?: Data; readonly error?: string; readonly type?: string; readonly message?: string };
  readonly quirk?: string;
  readonly env?: boolean;
}

interface Corpus {
  readonly meta: {
    readonly vars: { [name: string]: Data };
    readonly facts: { [name: string]: Data };
    readonly inventory: { [host: string]: { [name: string]: Data } };
    readonly groups: { [name: string]: Data };
  };
  readonly cases: readonly Case[];
}

export const readCorpus = (path: string | URL): Corpus => JSON.parse(readFileSync(path, 'utf8')) as Corpus;

const run = promisify(execFile);

/** The lookups the corpus asks for that look beyond their arguments. */
const lookups: LookupRegistry = {
  env: ({ terms, options }) => terms.map((term) => process.env[String(term)] ?? options['default'] ?? ''),
  pipe: async ({ terms }) => Promise.all(terms.map(async (term) => (await run('sh', ['-c', String(term)])).stdout.replace(/\n+$/, ''))),
  lines: async ({ terms }) =>
    (await Promise.all(terms.map(async (term) => (await run('sh', ['-c', String(term)])).stdout.trimEnd().split('\n')))).flat(),
  file: async ({ terms }) => terms.map((term) => readFileSync(String(term), 'utf8').trimEnd()),
  fileglob,
  first_found: ({ terms }) => [
    terms
      .flat()
      .map(String)
      .find((path) => existsSync(path)) ?? '',
  ],
};

export const engine: TemplateEngine = createEngine({
  lookups: {
    ...lookups,
    template: ({ terms, scope }) =>
      terms.map((term) => String(engine.file(readFileSync(String(term), 'utf8'), { file: String(term) }).render(scope))),
  },
});
const at = { file: 'corpus.yml', line: 1, column: 1 };

/** Variables of a corpus file: trusted strings are templates; numbers beyond JSON are written as templates too. */
function trusted(value: Data, of: TemplateEngine): Value {
  if (typeof value === 'string') return of.hasTemplate(value) ? of.template(value, at) : value;
  if (Array.isArray(value)) return value.map((item) => trusted(item, of));
  if (value === null || typeof value !== 'object') return value;
  if (typeof value['$int'] === 'string') return of.template(`{{ ${value['$int']} }}`, at);
  if (typeof value['$float'] === 'string') return of.template(`{{ ${value['$float']} }}`, at);
  const pairs = value['$pairs'];
  if (Array.isArray(pairs))
    return of.template(
      `{{ { ${pairs.map((pair) => (Array.isArray(pair) ? pair.map((part) => JSON.stringify(part)).join(': ') : '')).join(', ')} } }}`,
      at,
    );
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, trusted(item, of)]));
}

const scopeOf = (vars: { readonly [name: string]: Value }): Scope => ({
  get: (name) => (Object.hasOwn(vars, name) ? vars[name] : undefined),
  names: () => Object.keys(vars),
});

export function corpusScope(corpus: Corpus): Scope {
  const { vars, facts, inventory, groups } = corpus.meta;
  const hosts = new Map(
    Object.entries(inventory).map(([host, of]): [string, Lazy] => {
      const own = Object.fromEntries(Object.entries(of).map(([name, value]) => [name, trusted(value, engine)]));
      return [
        host,
        { [LAZY]: true, keys: () => Object.keys(own), get: (key) => (Object.hasOwn(own, key) ? own[key] : undefined), scope: scopeOf(own) },
      ];
    }),
  );
  const hostvars: Lazy = { [LAZY]: true, keys: () => hosts.keys(), get: (host) => hosts.get(host) };
  const own = Object.fromEntries(Object.entries(vars).map(([name, value]) => [name, trusted(value, engine)]));
  return scopeOf({ ...own, ...(facts as { [name: string]: Value }), hostvars, groups: groups as Value, omit: OMIT });
}

export type Outcome = { readonly ok: Resolved } | { readonly error: string; readonly message: string };

/** What pb makes of a case. */
export async function outcome({ mode, src }: Case, scope: Scope): Promise<Outcome> {
  try {
    if (mode === 'when')
      return {
        ok:
          typeof src === 'string'
            ? ((await settled(() => engine.expression(src, at).holds(scope))) as boolean | Unknown)
            : (src as Resolved),
      };
    if (mode === 'file') return { ok: await settled(() => engine.file(String(src), { file: 'corpus.j2' }).render(scope)) };
    const value = await resolve(trusted(src, engine), scope);
    return value === OMIT ? { error: 'runtime', message: 'omitted' } : { ok: value };
  } catch (error) {
    if (error instanceof PbError && error.code === 'template') return { error: String(error.details['kind']), message: error.message };
    throw error;
  }
}

/** Numbers JSON cannot hold, tuples and dates in the form in which they leave the engine. */
function expected(value: Data): Data {
  if (Array.isArray(value)) return value.map(expected);
  if (value === null || typeof value !== 'object') return value;
  const { $int, $float, $tuple, $datetime, $pairs } = value;
  if (typeof $int === 'string' || typeof $float === 'string') return Number($int ?? $float);
  if ($tuple !== undefined) return expected($tuple);
  if ($datetime !== undefined) return $datetime;
  const entries = Array.isArray($pairs)
    ? $pairs.map((pair) => (Array.isArray(pair) ? [String(pair[0]), pair[1] ?? null] : ['', null]) as [string, Data])
    : Object.entries(value);
  return Object.fromEntries(entries.map(([key, item]) => [key, expected(item)]));
}

const KINDS: { readonly [kind: string]: readonly string[] } = {
  undefined: ['undefined'],
  syntax: ['syntax'],
  recursion: ['recursion'],
  'conditional-not-boolean': ['condition'],
  runtime: ['runtime', 'limit', 'syntax'],
};

/** Why an outcome is not what Ansible gave; undefined when it is. */
export function difference(of: Case, made: Outcome): string | undefined {
  const shown = JSON.stringify(made);
  if (of.expect.error !== undefined) {
    if ('ok' in made) return `expected ${of.expect.error} (${of.expect.message}), got ${shown}`;
    return KINDS[of.expect.error]?.includes(made.error) ? undefined : `expected ${of.expect.error} (${of.expect.message}), got ${shown}`;
  }
  const wanted = JSON.stringify(expected(of.expect.ok ?? null));
  if ('ok' in made && JSON.stringify(made.ok) === wanted) return undefined;
  return `expected ${wanted}, got ${shown}`;
}
