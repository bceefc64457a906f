/** A module's documentation as text, made from its one object. Pure. */
import { stringify } from 'yaml';
import type { AnyModule } from '../core/module.ts';

interface Property {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly default?: unknown;
  readonly items?: Property;
  readonly 'x-pb'?: string;
}

export const moduleList = (modules: readonly AnyModule[]): string => {
  const width = Math.max(...modules.map(({ name }) => name.length));
  return `${modules.map(({ name, summary }) => `${name.padEnd(width)}  ${summary}`).join('\n')}\n`;
};

export function moduleText(module: AnyModule): string {
  const schema = module.args as { readonly properties?: { readonly [name: string]: Property }; readonly required?: readonly string[] };
  const aliases = new Map<string, string[]>();
  for (const [alias, name] of Object.entries(module.argAliases ?? {})) aliases.set(name, [...(aliases.get(name) ?? []), alias]);
  const options = Object.entries(schema.properties ?? {}).map(([name, property]) =>
    option(name, property, { required: schema.required ?? [], aliases }),
  );
  const parts = [
    `${module.name}${module.aliases?.length ? `  (also ${module.aliases.join(', ')})` : ''}`,
    `  ${module.summary}`,
    ...(module.notes?.length ? ['', ...module.notes.map((note) => `  - ${note}`)] : []),
    '',
    'Arguments',
    ...options,
    '',
    'Check mode',
    `  ${checkMode(module)}`,
    '',
    'Examples',
    ...module.examples.map(
      (example) => `  # ${example.title}: ${example.expect}\n${indent(stringify({ [module.name]: example.args }), 2)}`,
    ),
  ];
  return `${parts.join('\n')}\n`;
}

const checkMode = ({ effect, target }: AnyModule): string => {
  if (target === 'none') return 'runs as in a real run: it touches no host';
  return effect === 'once' ? 'unknown, unless creates or removes say whether it would run' : 'shows the very change that a run would make';
};

function option(
  name: string,
  property: Property,
  about: { required: readonly string[]; aliases: ReadonlyMap<string, readonly string[]> },
): string {
  const marks = [
    kind(property),
    ...(about.required.includes(name) && property.default === undefined ? ['required'] : []),
    ...(property.default === undefined ? [] : [`default ${JSON.stringify(property.default)}`]),
    ...(about.aliases.get(name) ?? []).map((alias) => `or ${alias}`),
  ];
  return `  ${name}  (${marks.join(', ')})\n      ${property.description ?? ''}`;
}

const WORDS: { readonly [mark: string]: string } = { expression: 'expression', expressions: 'expressions', mode: 'mode, quoted' };

function kind(property: Property): string {
  const own = property['x-pb'];
  if (own) return WORDS[own] ?? own;
  if (property.enum) return property.enum.join(' | ');
  if (property.type === 'array') return property.items?.type ? `list of ${property.items.type}s` : 'list';
  return [property.type ?? 'any value'].flat().join(' or ');
}

const indent = (text: string, by: number): string => text.trimEnd().replace(/^/gm, ' '.repeat(by));
