/** include_tasks and include_role when the run reaches them: the files are read then, with what the include inherits. */
import { type Diagnostic, PbError } from '../core/diagnostic.ts';
import type { Include, Node } from '../core/plan.ts';
import type { Layer } from '../core/precedence.ts';
import { isObject, type Resolved } from '../core/value.ts';
import { booleanOf } from '../core/yes-no.ts';
import type { IncludeCall, RoleUse } from '../project/playbook/ast.ts';
import { type RoleCall, readRole } from '../project/playbook/role.ts';
import { readTaskFile } from '../project/playbook/task-file.ts';
import { problems as collect } from '../project/problems.ts';
import type { Spot } from '../project/reading.ts';
import { type Inherited, inherit } from './inherit.ts';
import { type Compiling, nodesOf, roleNodes, rolesOfPlay, varsLayer } from './nodes.ts';

/** What an Include node carries for this loader. */
export interface IncludeContext {
  readonly call: IncludeCall;
  /** What the include itself inherits: its tasks inherit that, not the include's own keywords. */
  readonly parent: Inherited;
  /** The include's own variables. */
  readonly vars: readonly Layer[];
  readonly on: Compiling;
}

export interface IncludedNodes {
  readonly nodes: readonly Node[];
  readonly handlers: readonly Node[];
  /** Defaults and variables of a public role, for the rest of the play. */
  readonly layers: readonly Layer[];
  readonly warnings: readonly Diagnostic[];
}

/** Each include adds two parts to the names of its tasks. Without an end the memory would be gone before anything is told. */
const DEEPEST = 200;

/** `args` are the include's arguments, resolved, `loop` the variables of its item. Throws PbError 'args' at the first thing that is wrong in what is loaded. */
export async function loadInclude(include: Include, args: Resolved, loop: readonly Layer[] = []): Promise<IncludedNodes> {
  if (include.id.split('.').length > 2 * DEEPEST)
    throw new PbError('args', `includes stand more than ${DEEPEST} deep in each other`, {
      at: include.at,
      hint: 'a file that includes itself needs a condition that ends it; to try again use until and retries',
    });
  const context = include.context as IncludeContext;
  const given = isObject(args) ? args : {};
  const problems = collect();
  // handlers come again, with the variables of this include
  const roles = rolesOfPlay();
  const on: Compiling = { ...context.on, reading: { ...context.on.reading, problems }, roles };
  const { apply } = context.call;
  const applied = apply ? inherit(context.parent, apply, { layers: varsLayer(context.on, apply.vars, 'block vars') }) : context.parent;
  const from: Inherited = { ...applied, layers: [...applied.layers, ...context.vars, ...loop] };
  const spot: Spot = { place: context.call.from, layers: [...on.known, ...from.layers], chain: [], handlers: on.handlers };
  const nodes =
    context.call.what === 'role'
      ? await includedRole(on, { given, from, include }, spot)
      : await includedTasks(on, { given, from, include }, spot);
  throwFirst(problems.list);
  const shared = booleanOf(String(given['public'])) === true;
  return { nodes, handlers: roles.handlers, layers: shared ? roles.layers : [], warnings: problems.list };
}

interface Given {
  readonly given: { readonly [name: string]: unknown };
  readonly from: Inherited;
  readonly include: Include;
}

const isNo = (value: unknown): boolean => booleanOf(String(value)) === false;

const stem = (include: Include): string => include.id.slice(0, include.id.lastIndexOf(':'));

async function includedTasks(on: Compiling, { given, from, include }: Given, spot: Spot): Promise<readonly Node[]> {
  const name = text(given['file'], include, 'file');
  const items = await readTaskFile(on.reading, name, { spot, at: include.at });
  const label = name.replace(/^.*\//, '').replace(/\.ya?ml$/, '');
  return nodesOf(on, items ?? [], { ...from, path: `${stem(include)}.${label}.` });
}

async function includedRole(on: Compiling, { given, from, include }: Given, spot: Spot): Promise<readonly Node[]> {
  const name = text(given['name'] ?? given['role'], include, 'name');
  const parts: { [part: string]: string } = {};
  for (const part of ['tasks', 'vars', 'defaults', 'handlers'])
    if (typeof given[`${part}_from`] === 'string') parts[part] = String(given[`${part}_from`]);
  const role = await readRole(on.reading, { name, at: include.at, from: parts as RoleCall['from'] }, spot);
  if (!role) return [];
  const use: RoleUse = {
    kind: 'role',
    at: include.at,
    settings: { environment: [] },
    tags: [],
    when: [],
    notify: [],
    moduleDefaults: [],
    role,
    params: [],
    allowDuplicates: !isNo(given['allow_duplicates']),
    validate: !isNo(given['rolespec_validate']),
    public: true,
    how: 'import_role',
  };
  return roleNodes({ ...on, prefix: (label) => `${stem(include)}.${label}` }, use, { ...from, path: `${stem(include)}.` });
}

function text(value: unknown, include: Include, key: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new PbError('args', `include_${include.what} needs ${key} to be a string, not ${JSON.stringify(value)}`, { at: include.at });
}

function throwFirst(list: readonly Diagnostic[]): void {
  const errors = list.filter((item) => item.severity === 'error');
  const [first] = errors;
  if (!first) return;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  throw new PbError('args', `${first.summary}${more}`, { at: first.at, hint: first.hint, details: { diagnostics: errors } });
}
