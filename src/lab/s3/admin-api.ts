/** Users and policies of the lab's store: MinIO's admin API, version 3. */
import type { JsonObject } from '../../core/value.ts';
import { type Call, type Refusal, type Reply, refuse } from './answer.ts';
import { opened } from './opened.ts';
import type { StoreWorld, User } from './world.ts';

export const ADMIN = '/minio/admin/v3/';

/** `secret`: of who asks; sealed bodies are encrypted with it. */
export async function adminApi(call: Call, { users, policies }: StoreWorld, secret: string): Promise<Reply | Refusal> {
  const name = call.query.get('name') ?? '';
  const access = call.query.get('accessKey') ?? '';
  const user = users.get(access);
  switch (`${call.method} ${call.path.slice(ADMIN.length)}`) {
    case 'GET user-info':
      return user && !user.admin ? json({ status: user.status, policyName: user.policies.join(',') }) : refuse('XMinioAdminNoSuchUser');
    case 'PUT add-user': {
      const given = (await unsealed(call, secret)) as { secretKey?: string; status?: string } | undefined;
      // An administrator by that name was only presumed, when a check asked with keys that the run makes.
      if (!given?.secretKey) return refuse('XMinioAdminInvalidArgument');
      users.set(access, {
        secret: given.secretKey,
        status: given.status ?? 'enabled',
        policies: user?.admin ? [] : (user?.policies ?? []),
        admin: false,
      });
      return { status: 200 };
    }
    case 'PUT set-user-status':
      return changed(users, access, (old) => ({ ...old, status: call.query.get('status') ?? old.status }));
    case 'DELETE remove-user':
      return users.delete(access) ? { status: 200 } : refuse('XMinioAdminNoSuchUser');
    case 'GET info-canned-policy':
      return policies.has(name) ? json(policies.get(name) ?? {}) : refuse('XMinioAdminNoSuchPolicy');
    case 'PUT add-canned-policy':
      policies.set(name, JSON.parse(call.body.toString()) as JsonObject);
      return { status: 200 };
    case 'DELETE remove-canned-policy':
      return policies.delete(name) ? { status: 200 } : refuse('XMinioAdminNoSuchPolicy');
    case 'POST idp/builtin/policy/attach':
    case 'POST idp/builtin/policy/detach': {
      const given = (await unsealed(call, secret)) as { user?: string; policies?: readonly string[] } | undefined;
      const wanted = given?.policies ?? [];
      if (wanted.some((one) => !policies.has(one))) return refuse('XMinioAdminNoSuchPolicy');
      const attach = call.path.endsWith('attach');
      const next = ({ policies: has }: User): readonly string[] =>
        attach ? [...new Set([...has, ...wanted])] : has.filter((one) => !wanted.includes(one));
      return changed(users, given?.user ?? '', (old) => ({ ...old, policies: next(old) }), 'enabled');
    }
    default:
      return refuse('NotImplemented');
  }
}

const json = (body: JsonObject): Reply => ({ status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

/** As MinIO, associations are made for enabled users only. */
function changed(users: StoreWorld['users'], access: string, next: (old: User) => User, status?: string): Reply | Refusal {
  const old = users.get(access);
  if (!old || old.admin || (status !== undefined && old.status !== status)) return refuse('XMinioAdminNoSuchUser');
  users.set(access, next(old));
  return { status: 200 };
}

async function unsealed({ body }: Call, secret: string): Promise<object | undefined> {
  const text = await opened(body, secret);
  return text === undefined ? undefined : (JSON.parse(text.toString()) as object);
}
