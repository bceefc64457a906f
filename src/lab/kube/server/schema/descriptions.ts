/** The prose of built-in types: half a megabyte that only `kubectl explain` asks for, so it is read then. */
import type { Dict } from '../json.ts';

/** Type → its own text at '', its fields' at their names. */
export type Descriptions = { readonly [type: string]: { readonly [field: string]: string } };

export const descriptions = async (): Promise<Descriptions> =>
  (await import('../kinds/descriptions.data.json', { with: { type: 'json' } })).default as unknown as Descriptions;

/** The type's schema with its texts. */
export function described(schema: Dict, texts: Descriptions[string] = {}): Dict {
  const fields = Object.entries((schema['properties'] ?? {}) as Record<string, Dict>);
  const properties = Object.fromEntries(
    fields.map(([name, field]) => [name, texts[name] === undefined ? field : { ...field, description: texts[name] }]),
  );
  return {
    ...schema,
    ...(texts[''] === undefined ? {} : { description: texts[''] }),
    ...(fields.length > 0 ? { properties } : {}),
  };
}
