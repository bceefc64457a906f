/** Whether a user's policies allow an action. Deny wins; * and ? stand for any characters. Pure. */
import type { Json } from '../../core/value.ts';
import type { StoreWorld, User } from './world.ts';

export interface Action {
  /** "s3:GetObject", "admin:CreateUser" */
  readonly action: string;
  /** "bucket" or "bucket/key"; undefined for what concerns no bucket. */
  readonly on?: string;
}

type Statement = { readonly [name: string]: Json };

export function mayDo(user: User, { action, on }: Action, { policies }: Pick<StoreWorld, 'policies'>): boolean {
  if (user.admin) return true;
  if (user.bucket !== undefined) return on !== undefined && on.split('/')[0] === user.bucket && action.startsWith('s3:');
  const statements = user.policies.flatMap((name) => list(policies.get(name)?.['Statement'] as Json | undefined)) as readonly Statement[];
  const fitting = statements.filter(
    (one) => matches(one['Action'], action) && (on === undefined || matches(one['Resource'], `arn:aws:s3:::${on}`)),
  );
  return fitting.some((one) => one['Effect'] === 'Allow') && !fitting.some((one) => one['Effect'] === 'Deny');
}

const list = (value: Json | undefined): readonly Json[] => (value === undefined ? [] : ([value].flat() as readonly Json[]));

const matches = (patterns: Json | undefined, text: string): boolean =>
  list(patterns).some((pattern) => {
    const source = String(pattern).replace(/[.+^${}()|[\]\\]/g, '\\$&');
    return new RegExp(`^${source.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(text);
  });
