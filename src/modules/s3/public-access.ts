/** What a bucket's policy lets anybody do, who has no keys. Pure. */
import { isObject, type Json, type JsonObject } from '../../core/value.ts';

type Statement = { readonly [name: string]: Json };

const listOf = (value: Json | undefined): readonly Json[] => (value === undefined ? [] : ([value].flat() as readonly Json[]));

const statementsOf = (policy: JsonObject | null): readonly Statement[] =>
  listOf(policy?.['Statement'] as Json | undefined) as readonly Statement[];

function isPublic({ Effect: effect, Principal: principal }: Statement): boolean {
  if (effect !== 'Allow') return false;
  const who = isObject(principal) ? Object.values(principal).flatMap((one) => listOf(one as Json)) : listOf(principal);
  return who.includes('*');
}

/** Sorted, each once: ["s3:GetObject"]. */
export const publicActions = (policy: JsonObject | null): readonly string[] =>
  [
    ...new Set(
      statementsOf(policy)
        .filter(isPublic)
        .flatMap(({ Action: action }) => listOf(action))
        .map(String),
    ),
  ].sort();

export const READ = ['s3:GetObject'];

/** The policy with just that for anybody; null where nothing is left of it. */
export function withPublicActions(policy: JsonObject | null, bucket: string, actions: readonly string[]): JsonObject | null {
  const kept = statementsOf(policy).filter((statement) => !isPublic(statement));
  const own = { Effect: 'Allow', Principal: { AWS: ['*'] }, Action: [...actions], Resource: [`arn:aws:s3:::${bucket}/*`] };
  const statements = actions.length === 0 ? kept : [...kept, own];
  return statements.length === 0 ? null : { Version: '2012-10-17', ...policy, Statement: statements };
}
