/** JSON as Python's json.dumps writes it: `{"a": [1, 2]}`, everything beyond ASCII escaped. Files written by Ansible keep their bytes. */
import { isObject, type Json } from '../../core/value.ts';

export function pythonJson(value: Json): string {
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(pythonJson).join(', ')}]`;
  if (isObject(value)) {
    const items = Object.entries(value as { readonly [key: string]: Json });
    return `{${items.map(([key, item]) => `${text(key)}: ${pythonJson(item)}`).join(', ')}}`;
  }
  return typeof value === 'string' ? text(value) : JSON.stringify(value);
}

const text = (value: string): string =>
  JSON.stringify(value).replace(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
