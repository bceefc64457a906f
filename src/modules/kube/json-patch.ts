/** JSON patches (RFC 6902) that can be read back: which of their operations are still to be done. */
import { isObject, type Json, type JsonObject } from '../../core/value.ts';
import { equal } from './compare.ts';

export type Operation = JsonObject & { readonly op: string; readonly path: string };

const OPS = ['add', 'remove', 'replace', 'move', 'copy', 'test'];

/** What makes the patch unusable, if anything: its form, or a removal that nobody could tell from one already made. */
export function problemIn(patch: Json): string | undefined {
  if (!Array.isArray(patch)) return 'a JSON patch is a list of operations';
  for (const [index, item] of (patch as readonly Json[]).entries()) {
    const which = `operation ${index + 1}`;
    if (!isObject(item) || !OPS.includes(String(item['op']))) return `${which} needs op: one of ${OPS.join(', ')}`;
    if (typeof item['path'] !== 'string' || (item['path'] !== '' && !item['path'].startsWith('/'))) {
      return `${which} needs path: a JSON pointer such as /spec/replicas`;
    }
    if (['add', 'replace', 'test'].includes(String(item['op'])) && item['value'] === undefined) return `${which} needs value`;
    if (['move', 'copy'].includes(String(item['op'])) && typeof item['from'] !== 'string') return `${which} needs from`;
    const before = (patch as readonly Json[])[index - 1];
    const tested = isObject(before) && before['op'] === 'test' && before['path'] === item['path'];
    if (item['op'] === 'remove' && /\/\d+$/.test(item['path']) && !tested) {
      return `${which} removes a list's item by its number, and would remove another one each time: put a test operation with the same path before it`;
    }
  }
  return undefined;
}

/** The operations that the object does not show as done; a test goes with the operation after it. */
export function remaining(patch: readonly Operation[], object: Json): readonly Operation[] {
  return patch.filter((operation, index) => {
    if (operation.op !== 'test') return !isDone(operation, patch[index - 1], object);
    const next = patch[index + 1];
    return next === undefined || next.op === 'test' || !isDone(next, operation, object);
  });
}

function isDone(operation: Operation, before: Operation | undefined, object: Json): boolean {
  const { op, path } = operation;
  const there = at(object, path);
  switch (op) {
    case 'add':
      if (path.endsWith('/-')) {
        const list = at(object, path.slice(0, -2));
        return Array.isArray(list) && list.some((item) => equal(item, operation['value']));
      }
      return there !== undefined && equal(there, operation['value']);
    case 'replace':
      return there !== undefined && equal(there, operation['value']);
    case 'remove':
      // A test before it says which item was meant: another one in its place means that it is gone.
      return there === undefined || (before?.op === 'test' && before.path === path && !equal(there, before['value']));
    case 'move':
      return at(object, String(operation['from'])) === undefined && there !== undefined;
    default:
      return there !== undefined && equal(there, at(object, String(operation['from'])));
  }
}

export const tokens = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));

export function at(value: Json | undefined, pointer: string): Json | undefined {
  return tokens(pointer).reduce<Json | undefined>((inner, token) => {
    if (Array.isArray(inner)) return /^\d+$/.test(token) ? (inner as readonly Json[])[Number(token)] : undefined;
    return isObject(inner) && Object.hasOwn(inner, token) ? (inner as JsonObject)[token] : undefined;
  }, value);
}
