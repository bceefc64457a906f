/** A module's arguments against its schema: aliases, conversions, defaults, and what is wrong, by path. The only file that imports ajv. */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { nearest, PbError, type Span } from '../core/diagnostic.ts';
import type { AnyModule } from '../core/module.ts';
import { isObject, type JsonObject, keysOf, withKeys } from '../core/value.ts';
import { coerce, type Schema, typeOf, typesOf } from './coerce.ts';
import { octalOf } from './mode-number.ts';

export interface ArgProblem {
  readonly code: 'unknown-argument' | 'missing-argument' | 'argument-type' | 'argument-value' | 'argument-mode' | 'conflicting-arguments';
  /** ["definition", "metadata", "name"], list indexes as text. */
  readonly path: readonly string[];
  readonly message: string;
  readonly hint?: string;
}

export interface Examined {
  readonly args: { readonly [name: string]: unknown };
  readonly problems: readonly ArgProblem[];
}

let ajv: Ajv2020 | undefined;
const compiled = new WeakMap<object, ValidateFunction>();

function validator(module: AnyModule): ValidateFunction {
  const known = compiled.get(module.args);
  if (known) return known;
  // The modules' schemas are held against the meta-schema by a test: compiling it here would take longer than all the rest of a short run.
  const unchecked = { meta: false, validateSchema: false } as const;
  // Making the validators' code shorter takes longer than the longer code does.
  const code = { optimize: false };
  ajv ??= new Ajv2020({ allErrors: true, useDefaults: true, strict: false, verbose: true, validateFormats: false, code, ...unchecked });
  const made = ajv.compile(module.args);
  compiled.set(module.args, made);
  return made;
}

/** For the engine: arguments with every template resolved. Throws PbError 'args'. */
export function checkArgs(module: AnyModule, as: string, args: { readonly [name: string]: unknown }, at: Span): JsonObject {
  const { args: checked, problems } = examine(module, as, args);
  const [first] = problems;
  if (!first) return checked as JsonObject;
  const message = problems.map((problem) => problem.message).join('; ');
  throw new PbError('args', `${as}: ${message}`, {
    at,
    hint: first.hint,
    details: { paths: problems.map((problem) => problem.path.join('.')) },
  });
}

/** `open` are arguments whose value is not known yet: they count as given and are not looked at. */
export function examine(
  module: AnyModule,
  as: string,
  given: { readonly [name: string]: unknown },
  open: ReadonlySet<string> = new Set(),
): Examined {
  const schema = module.args as Schema;
  const known = (schema['properties'] ?? {}) as { readonly [name: string]: Schema };
  const problems: ArgProblem[] = [];
  const args: { [name: string]: unknown } = {};
  for (const [name, value] of Object.entries(given)) {
    const real = canonical(module, name);
    const property = Object.hasOwn(known, real) ? known[real] : undefined;
    if (open.has(name) || value === undefined) continue;
    if (value === null && !takesNull(module, property)) {
      if (property === undefined && schema['additionalProperties'] === false) problems.push(unknown(module, as, [name]));
      continue;
    }
    if (property?.['x-pb'] === 'mode' && typeof value === 'number') {
      const mode = octalOf(value);
      if (mode === undefined) problems.push(modeProblem(name, value));
      else args[real] = mode;
    } else args[real] = property ? coerce(property, value) : value;
  }
  const validate = validator(module);
  const copy = structure(args);
  if (!validate(copy)) {
    const ready = new Set([...open].map((name) => canonical(module, name)));
    const modes = new Set(problems.map((problem) => problem.path[0]));
    for (const error of explained(validate.errors ?? [])) {
      // what the arguments must be together cannot be judged while one of them is open
      if (open.size > 0 && error.instancePath === '' && !['required', 'additionalProperties'].includes(error.keyword)) continue;
      const problem = describe(module, as, error);
      const missing = problem.code === 'missing-argument' && problem.path.length === 1 ? problem.path[0] : undefined;
      if (missing === undefined || !(ready.has(missing) || modes.has(missing))) problems.push(problem);
    }
  }
  return { args: copy, problems };
}

/** null means "not given" wherever it is no value of the argument's own; a variable that is set may be null. */
const takesNull = (module: AnyModule, property: Schema | undefined): boolean =>
  property ? typesOf(property).length === 0 && !property['anyOf'] : module.assigns === 'arguments';

export const canonical = (module: AnyModule, name: string): string =>
  module.argAliases && Object.hasOwn(module.argAliases, name) ? (module.argAliases[name] ?? name) : name;

/** Plain containers copied, so that filling in defaults leaves the task's own values alone; instances kept as they are. */
function structure<T>(value: T): T {
  if (Array.isArray(value)) return value.map(structure) as T;
  if (!isObject(value) || typeof value['value'] === 'function') return value;
  return withKeys(keysOf(value).map((key) => [key, structure(value[String(key)])] as const)) as T;
}

export const modeProblem = (name: string, value: number): ArgProblem => ({
  code: 'argument-mode',
  path: [name],
  message: `${name} is the number ${value}, without a leading zero: that is the mode ${value.toString(8).padStart(5, '0')}`,
  hint: `quote it: '${String(value).padStart(4, '0')}'`,
});

/** Without the errors inside alternatives: the alternative's own error stands for them. */
function explained(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const unions = errors.filter((error) => error.keyword === 'anyOf' || error.keyword === 'oneOf');
  const inside = (error: ErrorObject): boolean =>
    unions.some((union) => union !== error && error.schemaPath.startsWith(`${union.schemaPath}/`));
  return errors.filter((error) => !inside(error) && error.keyword !== 'if');
}

function describe(module: AnyModule, as: string, error: ErrorObject): ArgProblem {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const name = shownPath(path);
  const params = error.params as { readonly [key: string]: unknown };
  const subject = name || as;
  switch (error.keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return unknown(module, as, [...path, String(params['additionalProperty'] ?? params['unevaluatedProperty'])], error);
    case 'required':
    case 'dependentRequired':
      return {
        code: 'missing-argument',
        path: [...path, String(params['missingProperty'])],
        message: `${subject} needs ${String(params['missingProperty'])}`,
      };
    case 'type':
      return { code: 'argument-type', path, message: `${subject} must be ${wanted(error.parentSchema ?? {})}, not ${given(error.data)}` };
    case 'enum':
    case 'const': {
      const allowed = (params['allowedValues'] as readonly unknown[] | undefined) ?? [params['allowedValue']];
      const guess = typeof error.data === 'string' ? nearest(error.data, allowed.map(String)) : undefined;
      const message = `${subject} must be ${allowed.length > 1 ? 'one of ' : ''}${allowed.map(String).join(', ')}, not ${given(error.data)}`;
      return { code: 'argument-value', path, message, ...(guess ? { hint: `did you mean ${guess}?` } : {}) };
    }
    case 'anyOf':
    case 'oneOf': {
      const options = (error.schema as readonly Schema[] | undefined) ?? [];
      const needs = options.map((option) => (option['required'] as readonly string[] | undefined)?.join(' and '));
      if (needs.every((need) => need !== undefined))
        return {
          code: 'missing-argument',
          path,
          message: `${subject} needs ${error.keyword === 'oneOf' ? 'exactly one of ' : ''}${needs.join(' or ')}`,
        };
      const kinds = options.map(wanted);
      return { code: 'argument-type', path, message: `${subject} must be ${[...new Set(kinds)].join(' or ')}, not ${given(error.data)}` };
    }
    default:
      return { code: 'argument-value', path, message: `${subject} ${error.message ?? 'is not valid'}, not ${given(error.data)}` };
  }
}

function unknown(module: AnyModule, as: string, path: readonly string[], error?: ErrorObject): ArgProblem {
  const name = path.at(-1) ?? '';
  const schema = (error?.parentSchema ?? module.args) as Schema;
  const top = path.length === 1;
  const names = [...Object.keys((schema['properties'] as object | undefined) ?? {}), ...(top ? Object.keys(module.argAliases ?? {}) : [])];
  const guess = nearest(name, names);
  return {
    code: 'unknown-argument',
    path,
    message: `${top ? as : shownPath(path.slice(0, -1))} has no argument ${JSON.stringify(name)}`,
    hint: guess ? `did you mean ${guess}?` : `it has ${names.join(', ') || 'none'}`,
  };
}

/** definition.metadata.name, disks[2].path */
export const shownPath = (path: readonly string[]): string =>
  path.reduce((text, part) => (/^\d+$/.test(part) ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`), '');

const NAMES: { readonly [type: string]: string } = {
  string: 'a string',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  array: 'a list',
  object: 'a mapping',
  null: 'null',
};

function wanted(schema: Schema): string {
  const words = schema['enum'] as readonly unknown[] | undefined;
  if (words) return words.length === 1 ? String(words[0]) : `one of ${words.map(String).join(', ')}`;
  if ('const' in schema) return String(schema['const']);
  return (
    typesOf(schema)
      .map((type) => NAMES[type] ?? type)
      .join(' or ') || 'a valid value'
  );
}

function given(value: unknown): string {
  const type = typeOf(value);
  if (type === 'array' || type === 'object' || type === 'null') return NAMES[type] ?? type;
  const text = JSON.stringify(value) ?? type;
  return text.length > 60 ? `${text.slice(0, 57)}…"` : text;
}
