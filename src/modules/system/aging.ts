/** When an account or its password expires, and whether it is locked. Pure. */
import type { Step } from '../../core/change.ts';
import type { Json } from '../../core/value.ts';
import type { Account } from '../../probes/account.ts';
import { integer, number, optional, Type } from '../define.ts';

export const agingArgs = {
  password_lock: optional(Type.Boolean({ description: 'Whether nobody can log in with the password' })),
  expires: optional(number('When the account expires, in seconds since the epoch; negative: never')),
  password_expire_min: optional(integer('Days before the password may change')),
  password_expire_max: optional(integer('Days after which the password has to change')),
  password_expire_warn: optional(integer('Days of warning before that', { minimum: 0 })),
};

export interface AgingArgs {
  readonly name: string;
  readonly password_lock?: boolean;
  readonly expires?: number;
  readonly password_expire_min?: number;
  readonly password_expire_max?: number;
  readonly password_expire_warn?: number;
}

const DAY_S = 86_400;

/** The hash as it was before it was locked, where the task wants it locked. */
export const unlocked = ({ password_lock }: AgingArgs, hash: string | null): string | null =>
  password_lock === true && hash !== null ? hash.replace(/^!/, '') : hash;

/** Who may not read /etc/shadow may not change it either: the step says so then. */
export function agingChange(
  given: AgingArgs,
  now: Pick<Account, 'password' | 'aging'>,
): {
  readonly before: { readonly [name: string]: Json };
  readonly after: { readonly [name: string]: Json };
  readonly steps: readonly Step[];
} {
  const before: { [name: string]: Json } = {};
  const after: { [name: string]: Json } = {};
  const words: string[] = [];
  const want = (name: string, [was, wanted]: readonly [string | undefined, string | undefined], option: readonly string[]): void => {
    if (wanted === undefined || was === wanted) return;
    before[name] = was ?? '(not known)';
    after[name] = wanted;
    words.push(...option);
  };
  const days = (value: number | undefined): string | undefined => (value === undefined ? undefined : String(value));
  const expires = given.expires === undefined ? undefined : given.expires < 0 ? '' : String(Math.floor(given.expires / DAY_S));
  want('expires', [now.aging?.expires, expires], ['-E', expires === '' ? '-1' : (expires ?? '')]);
  want('password_expire_min', [now.aging?.min, days(given.password_expire_min)], ['-m', String(given.password_expire_min)]);
  want('password_expire_max', [now.aging?.max, days(given.password_expire_max)], ['-M', String(given.password_expire_max)]);
  want('password_expire_warn', [now.aging?.warn, days(given.password_expire_warn)], ['-W', String(given.password_expire_warn)]);
  const steps: Step[] = words.length === 0 ? [] : [{ do: 'exec', argv: ['chage', ...words, '--', given.name] }];
  const locked = now.password?.startsWith('!');
  if (given.password_lock !== undefined && given.password_lock !== locked) {
    before['password_lock'] = locked ?? '(not known)';
    after['password_lock'] = given.password_lock;
    steps.push({ do: 'exec', argv: ['usermod', given.password_lock ? '-L' : '-U', '--', given.name] });
  }
  return { before, after, steps };
}
