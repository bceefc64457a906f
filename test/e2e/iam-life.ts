/** Users and policies of a store with IAM, from the first check to their removal: the same against every server that has it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Redactor } from '../../src/core/secret.ts';
import { createStores } from '../../src/transports/s3/index.ts';
import { type Folder, folder } from './pb.ts';

export interface IamServer {
  /** "http://127.0.0.1:41234" */
  readonly url: string;
  /** Of one who may do all. */
  readonly access: string;
  readonly secret: string;
}

/** Only against what hangs. */
const TIMES = { timeout: 240_000 };

const document = (bucket: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: ['s3:ListAllMyBuckets'], Resource: ['*', `arn:aws:s3:::${bucket}`] }],
  });

export function iamLife(server: () => IamServer): void {
  const site = (tasks: string): Promise<Folder> => {
    const { url, access, secret } = server();
    return folder({
      'site.yml': `
- hosts: localhost
  gather_facts: false
  module_defaults:
    s3_policy: &iam { api: iam, endpoint_url: '${url}', access_key: ${access}, secret_key: '${secret}' }
    s3_user: *iam
  tasks:
${tasks.trim().replace(/^/gm, '    ')}
`,
    });
  };
  const statuses = async ({ events }: Folder, verb: 'check' | 'run') => {
    const ended = (await events(verb, 'site.yml')).flatMap((event) => (event.type === 'host.end' ? [event] : []));
    return { ended, said: ended.map(({ result }) => result.status) };
  };
  const once = async (tasks: string) => (await statuses(await site(tasks), 'run')).ended.map(({ result }) => result);
  const ask = async (keys: { readonly access: string; readonly secret: string }) => {
    const signal = new AbortController().signal;
    const script = (): never => {
      throw new Error('no host');
    };
    const stores = createStores({ env: {}, signal, redactor: new Redactor(), script });
    const target = { endpoint_url: server().url, access_key: keys.access, secret_key: keys.secret };
    return (await stores.store(target, undefined)).reader.ask({ api: 's3', method: 'GET' });
  };

  it('a policy and a user: check, run and again; the keys are in the result alone, and serve', TIMES, async () => {
    const made = await site(`
- name: Policy
  s3_policy: { name: first, policy: ${document('first')} }
- name: User
  s3_user: { name: first-user, policies: [first] }
  register: user
- name: Keep
  copy: { dest: "{{ playbook_dir }}/keys", content: "{{ user.access_key }} {{ user.secret_key | default('lost') }}", force: false, mode: '0600' }
`);
    const checked = await statuses(made, 'check');
    expect(checked.said.slice(0, 2), JSON.stringify(checked.ended, null, 1)).toEqual(['would-change', 'would-change']);
    expect((await statuses(made, 'check')).said.slice(0, 2), 'a check makes nothing').toEqual(['would-change', 'would-change']);
    const ran = await made.pb('run', 'site.yml', '--output', 'json', '-vvv');
    expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0);
    const [access = '', secret = ''] = (await readFile(join(made.path, 'keys'), 'utf8')).split(' ');
    expect(secret.length).toBeGreaterThan(15);
    expect(ran.stdout + ran.stderr, 'no event tells a secret').not.toContain(secret);
    expect(ran.stdout + ran.stderr).not.toContain(server().secret);
    expect((await statuses(made, 'run')).said).toEqual(['ok', 'ok', 'ok']);
    expect((await ask({ access, secret })).status).toBe(200);
    expect((await ask({ access, secret: 'another' })).code).toBe('SignatureDoesNotMatch');
  });

  it('a document is changed as often as one likes', TIMES, async () => {
    const versions = Array.from({ length: 7 }, (_, index) => `- s3_policy: { name: changing, policy: ${document(`number-${index}`)} }`);
    const results = await once(`${versions.join('\n')}\n${versions.at(-1)}`);
    expect(results.map(({ status }) => status)).toEqual([...versions.map(() => 'changed'), 'ok']);
  });

  it('policies are given and taken, keys put out of use and back', TIMES, async () => {
    const results = await once(`
- s3_policy: { name: one, policy: ${document('one')} }
- s3_policy: { name: two, policy: ${document('two')} }
- s3_user: { name: switched, policies: [one] }
- s3_user: { name: switched, policies: [two] }
  register: user
- assert: { that: "user.policies == ['two'] and user.secret_key is not defined" }
- s3_policy: { name: two, state: absent }
  ignore_errors: true
- s3_user: { name: switched, status: disabled, policies: [] }
- s3_user: { name: switched, status: disabled }
- s3_user: { name: switched }
- s3_policy: { name: two, state: absent }
`);
    expect(results.map(({ status }) => status)).toEqual([
      ...['changed', 'changed', 'changed', 'changed', 'ok', 'failed', 'changed', 'ok', 'changed', 'changed'],
    ]);
    expect(results[5]).toMatchObject({ error: { code: 'refused', message: 'the policy two is attached to user switched' } });
    expect(results[6]).toMatchObject({ change: { after: { keys: [expect.stringMatching(/ \(inactive\)$/)], policies: [] } } });
  });

  it('policies of one user alone are given, changed and taken', TIMES, async () => {
    const [one, two] = [document('one'), document('two')];
    const results = await once(`
- s3_user: { name: alone, inline_policies: { own: ${one}, more: ${one} } }
- s3_user: { name: alone, inline_policies: { more: ${one}, own: ${one} } }
- s3_user: { name: alone, inline_policies: { own: ${two} } }
- s3_user: { name: alone, inline_policies: { own: ${two} } }
- s3_user: { name: alone }
- s3_user: { name: alone, inline_policies: {} }
- s3_user: { name: alone, state: absent }
`);
    expect(results.map(({ status }) => status)).toEqual(['changed', 'ok', 'changed', 'ok', 'ok', 'changed', 'changed']);
  });

  it('a policy that is not there, a secret of one’s own, and removal', TIMES, async () => {
    const results = await once(`
- s3_user: { name: leaving, policies: [no-such] }
  ignore_errors: true
- s3_user: { name: leaving, secret: of-my-own-1 }
  ignore_errors: true
- s3_policy: { name: leaving, policy: ${document('leaving')} }
- s3_user: { name: leaving, policies: [leaving] }
- s3_user: { name: leaving, state: absent }
- s3_user: { name: leaving, state: absent }
- s3_policy: { name: leaving, state: absent }
- s3_policy: { name: leaving, state: absent }
`);
    expect(results.map(({ status }) => status)).toEqual(['failed', 'failed', 'changed', 'changed', 'changed', 'ok', 'changed', 'ok']);
    expect(results[0]).toMatchObject({ error: { message: 'there is no policy no-such to give to leaving', hint: 's3_policy makes one' } });
    expect(results[1]).toMatchObject({ error: { message: 'with api iam the store makes the keys itself' } });
  });
}
