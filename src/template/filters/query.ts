/** JMESPath: the only user of `jmespath` in this layer. */
import jmespath from 'jmespath';
import { leave } from '../eval/leave.ts';
import { Dict, type V } from '../value/model.ts';
import { fail } from '../value/undef.ts';

/** Longest query; the parser walks it recursively. */
const MAX_LENGTH = 10_000;

/** Throws where the query is wrong. */
export function jsonQuery(value: V, query: string): V {
  if (query.length > MAX_LENGTH) return fail(`a query of more than ${MAX_LENGTH} characters is not offered`);
  const data = leave(value);
  try {
    return back(jmespath.search(data, query));
  } catch (error) {
    return fail(`JMESPathError in json_query filter plugin: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Plain data to the engine's own. */
export function back(value: unknown): V {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(back);
  if (typeof value === 'object') return Dict.of(Object.entries(value).map(([key, item]) => [key, back(item)]));
  return fail('the query gave something that is no data');
}
