/** Object stores: the built command line against a real MinIO behind TLS, and a real image registry on what it made. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { StoreTarget } from '../../../src/core/engine.ts';
import { Redactor } from '../../../src/core/secret.ts';
import type { HostName } from '../../../src/core/value.ts';
import { createAuthority } from '../../../src/lab/kube/server/auth/certificates.ts';
import { createTransports } from '../../../src/transports/index.ts';
import { createStores } from '../../../src/transports/s3/index.ts';
import { storesOfController } from '../../transports/s3/stores.ts';
import { errorOf, newProject, type Project, pb, results } from '../hosts/cli.ts';
import { partOrSkip } from '../parts/require.ts';
import { type Minio, startMinio, startRegistry } from '../parts/s3.ts';

const suite = await partOrSkip('s3');

const otherAuthority = createAuthority(new Date()).cert;

suite('a real MinIO', () => {
  let minio: Minio;
  let project: Project;
  beforeAll(async () => {
    minio = await startMinio();
  });
  afterAll(() => minio?.close());
  beforeEach(() => {
    project = newProject();
    return () => project.close();
  });

  /** A play of these tasks on the controller; `store` stands for the connection's arguments. */
  const play = (tasks: string): void =>
    project.write({
      'site.yml': `
- hosts: localhost
  gather_facts: false
  vars: { ca: ${JSON.stringify(minio.ca)}, other: ${JSON.stringify(otherAuthority)} }
  module_defaults:
    s3_bucket: &store { endpoint_url: '${minio.endpoint}', access_key: ${minio.user}, secret_key: ${minio.password}, ca_bundle: '{{ ca }}' }
    s3_probe: *store
    s3_user: *store
    s3_policy: *store
  tasks:
${tasks.replace(/^/gm, '    ')}`,
      'hosts.yml': 'all: { hosts: { localhost: { ansible_connection: local } } }',
    });
  const run = (verb: 'check' | 'run', ...more: string[]) => pb(project, [verb, 'site.yml', '-i', 'hosts.yml', ...more]);

  test('a bucket: check, run, again, and what mc says of it', async () => {
    play(`
- name: Bucket
  s3_bucket: { name: first, versioning: true, abort_incomplete_multipart_days: 1, tags: { owner: registry }, public_access: none }
`);
    const checked = await run('check');
    expect(results(checked, 'Bucket')['localhost'], checked.stderr).toMatchObject({ status: 'would-change' });
    expect(await minio.mc('ls', 's')).toBe('');
    const ran = await run('run');
    expect(results(ran, 'Bucket')['localhost']).toMatchObject({ status: 'changed' });
    expect(results(await run('run'), 'Bucket')['localhost']).toMatchObject({ status: 'ok' });
    expect(JSON.parse(await minio.mc('version', 'info', 's/first'))).toMatchObject({ versioning: { status: 'Enabled' } });
    expect(JSON.parse(await minio.mc('tag', 'list', 's/first'))).toMatchObject({ tagset: { owner: 'registry' } });
  });

  test('the probe: what it does, and that nothing is left', async () => {
    await minio.mc('mb', 's/probed');
    play('- name: Probe\n  s3_probe: { bucket: probed }\n');
    expect(results(await run('check'), 'Probe')['localhost']).toMatchObject({ status: 'unknown' });
    expect(results(await run('run'), 'Probe')['localhost']).toMatchObject({ status: 'ok' });
    expect(await minio.mc('ls', '--recursive', '--incomplete', 's/probed')).toBe('');
    expect(await minio.mc('ls', '--recursive', 's/probed')).toBe('');
  });

  const registryTasks = `
- name: Bucket
  s3_bucket: { name: registry, versioning: false, public_access: none }
- name: Policy
  s3_policy:
    name: registry
    policy:
      Version: '2012-10-17'
      Statement:
        - Effect: Allow
          Action: [s3:ListBucket, s3:GetBucketLocation, s3:ListBucketMultipartUploads]
          Resource: arn:aws:s3:::registry
        - Effect: Allow
          Action: [s3:GetObject, s3:PutObject, s3:DeleteObject, s3:ListMultipartUploadParts, s3:AbortMultipartUpload]
          Resource: arn:aws:s3:::registry/*
- name: User
  s3_user: { name: registry-user, policies: [registry] }
  register: user
- name: Keep
  copy: { dest: "{{ playbook_dir }}/secret", content: "{{ user.secret_key | default('lost') }}", force: false, mode: '0600' }
- name: Probe
  s3_probe: { bucket: registry, access_key: registry-user, secret_key: "{{ lookup('file', playbook_dir + '/secret') }}" }
`;

  test('what a registry needs: check, run and again; then a real registry takes and gives an image', async () => {
    play(registryTasks);
    const statuses = (ended: Awaited<ReturnType<typeof run>>) =>
      ['Bucket', 'Policy', 'User', 'Keep', 'Probe'].map((task) => results(ended, task)['localhost']?.status);
    const checked = await run('check');
    expect(statuses(checked).slice(0, 3), checked.stderr).toEqual(['would-change', 'would-change', 'would-change']);
    expect(await minio.mc('admin', 'user', 'list', 's')).toBe('');
    const ran = await run('run', '-vvv');
    expect(
      statuses(ran),
      JSON.stringify(
        ran.events.filter((event) => event.type === 'host.end'),
        null,
        1,
      ),
    ).toEqual([...['changed', 'changed', 'changed', 'changed', 'ok']]);
    const secret = readFileSync(join(project.dir, 'secret'), 'utf8');
    expect(secret).toMatch(/^[0-9a-f]{40}$/);
    expect(JSON.stringify(ran.events) + ran.stderr, 'no event tells a secret').not.toContain(secret);
    expect(JSON.stringify(ran.events)).not.toContain(minio.password);
    expect(statuses(await run('run'))).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
    expect(JSON.parse(await minio.mc('admin', 'user', 'info', 's', 'registry-user'))).toMatchObject({
      userStatus: 'enabled',
      policyName: 'registry',
    });

    const registry = await startRegistry(minio, { name: 'registry', access: 'registry-user', secret });
    try {
      await pushAndPull(registry.url);
    } catch (error) {
      throw new Error(registry.log().slice(-3000), { cause: error });
    } finally {
      await registry.close();
    }
    expect(await minio.mc('ls', '--recursive', 's/registry')).toContain('docker/registry/v2/repositories/app');
  });

  test('users: another secret is found out and set, policies are taken away, and removal', async () => {
    await minio.mc('admin', 'user', 'add', 's', 'changed-user', 'first-secret-1');
    await minio.mc('admin', 'policy', 'attach', 's', 'readwrite', '--user', 'changed-user');
    play(`
- name: Same
  s3_user: { name: changed-user, secret: first-secret-1, policies: [readwrite] }
- name: Other
  s3_user: { name: changed-user, secret: second-secret-2, status: disabled, policies: [readonly, diagnostics] }
- name: Missing
  s3_user: { name: changed-user, secret: second-secret-2, status: disabled, policies: [no-such-policy] }
  ignore_errors: true
- name: Gone
  s3_user: { name: changed-user, state: absent }
`);
    const ran = await run('run');
    expect(results(ran, 'Same')['localhost'], ran.stderr).toMatchObject({ status: 'ok' });
    expect(results(ran, 'Other')['localhost'], JSON.stringify(results(ran, 'Other'))).toMatchObject({
      status: 'changed',
      change: { after: { secret: '(as given)', status: 'disabled', policies: ['diagnostics', 'readonly'] } },
    });
    expect(results(ran, 'Missing')['localhost']).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining('no-such-policy') },
    });
    expect(results(ran, 'Gone')['localhost']).toMatchObject({ status: 'changed' });
    expect(JSON.stringify(ran.events)).not.toMatch(/(first|second)-secret/);
    expect(await minio.mc('admin', 'user', 'list', 's')).not.toContain('changed-user');
  });

  test('buckets: anonymous reading given and taken, refused while not empty, removed once confirmed', async () => {
    await minio.mc('mb', '--with-versioning', 's/full');
    await minio.mc('cp', minio.caFile, 's/full/one');
    await minio.mc('cp', minio.caFile, 's/full/one');
    play(`
- name: Read
  s3_bucket: { name: full, public_access: read }
- name: Nobody
  s3_bucket: { name: full, public_access: none }
- name: Refused
  s3_bucket: { name: full, state: absent }
  ignore_errors: true
- name: Removed
  s3_bucket: { name: full, state: absent, confirm_delete: full }
`);
    const ran = await run('run');
    expect(results(ran, 'Read')['localhost'], ran.stderr).toMatchObject({ status: 'changed' });
    expect(results(ran, 'Nobody')['localhost']).toMatchObject({
      status: 'changed',
      change: { before: { public_access: { actions: ['s3:GetObject'] } } },
    });
    expect(results(ran, 'Refused')['localhost']).toMatchObject({ status: 'failed', error: { code: 'refused' } });
    expect(results(ran, 'Removed')['localhost']).toMatchObject({
      status: 'changed',
      change: { destroys: expect.stringContaining('full') },
    });
    expect(await minio.mc('ls', 's')).not.toContain('full');
  });

  test('a big secret body travels in several sealed pieces', async () => {
    // 16 KiB is one piece.
    await minio.mc('admin', 'user', 'add', 's', 'far-behind', 'first-secret-1');
    const stores = storesOfController();
    const target = { endpoint_url: minio.endpoint, access_key: minio.user, secret_key: minio.password, ca_bundle: minio.ca };
    const writer = stores.storeWriter(await stores.store(target, undefined));
    // Who gets what stands at its end: the server has it only from a body that it read whole.
    const body = JSON.stringify({ unknown: 'x'.repeat(40_000), policies: ['readonly'], user: 'far-behind' });
    const request = { api: 'minio', method: 'POST', call: 'idp/builtin/policy/attach', body, sealed: true } as const;
    await writer.run({ do: 'store.request', request }, new AbortController().signal);
    expect(JSON.parse(await minio.mc('admin', 'user', 'info', 's', 'far-behind'))).toMatchObject({ policyName: 'readonly' });
  });

  test('IAM is asked of a store that has none', async () => {
    play('- name: User\n  s3_user: { name: nobody-here, api: iam }\n');
    expect(errorOf(await run('check'), 'localhost')).toMatchObject({
      message: expect.stringMatching(/^look at the user nobody-here: this store has no IAM \(4\d\d \w+\)$/),
      hint: expect.stringContaining('for MinIO leave api out'),
    });
  });

  const why = async (args: string): Promise<string> => {
    play(`- name: Probe\n  s3_probe: { ${args} }\n`);
    const ended = await pb(project, ['run', 'site.yml', '-i', 'hosts.yml']);
    const { message, hint = '' } = errorOf(ended, 'localhost');
    return `${message} | ${hint}`;
  };

  test.each([
    ['x509: an authority that nobody knows', "ca_bundle: ''", /not trusted \(x509\).*ca_bundle/],
    ['x509: a bundle with another authority', 'ca_bundle: "{{ other }}"', /not trusted \(x509\)/],
    ['a secret key of somebody else', 'secret_key: not-the-right-one', /secret key is not that of root-user \(403 SignatureDoesNotMatch\)/],
    ['an access key that nobody has', 'access_key: nobody', /knows no access key nobody \(403 InvalidAccessKeyId\)/],
    ['no such bucket', 'bucket: nothing-here', /no such bucket \(404 NoSuchBucket\).*s3_bucket/],
    ['a name that does not resolve', "endpoint_url: 'https://s3.invalid:9000'", /the name is not known/],
    ['nobody listens', "endpoint_url: 'https://localhost:1'", /connection is refused/],
    [
      'virtual-hosted style where the name has no such bucket before it',
      "virtual_hosted: true, endpoint_url: 'https://s3.invalid:9000'",
      /^https:\/\/probed\.s3\.invalid:9000: the name is not known: .*set virtual_hosted: false$/,
    ],
    [
      'virtual-hosted style before an address',
      "virtual_hosted: true, endpoint_url: 'https://127.0.0.1:9000'",
      /^virtual_hosted puts the bucket before .* 127\.0\.0\.1 is an address \| set virtual_hosted: false/,
    ],
    [
      'the store talks TLS, the address says http',
      'ENDPOINT_HTTP',
      /^look at the bucket probed: localhost:\d+ speaks TLS, and was asked without it \(400\) \| set endpoint_url to https:\/\/localhost:\d+$/,
    ],
  ])('%s', async (_, args, expected) => {
    await minio.mc('mb', '--ignore-existing', 's/probed');
    const http = `endpoint_url: '${minio.endpoint.replace('https', 'http')}'`;
    const bucket = args.startsWith('bucket:') ? '' : 'bucket: probed, ';
    expect(await why(bucket + args.replace('ENDPOINT_HTTP', http))).toMatch(expected);
  });

  test("tls_check: right bundle, another, the system's, another name, no TLS", async () => {
    play(`
- name: Right
  tls_check: { host: localhost, port: ${minio.port}, ca: "{{ ca }}" }
  register: right
- name: Put in
  assert: { that: right.ca == ca | trim ~ '\\n' or right.ca | trim == ca | trim }
- name: Another
  tls_check: { host: localhost, port: ${minio.port}, ca: "{{ other }}" }
  ignore_errors: true
- name: System
  tls_check: { host: localhost, port: ${minio.port} }
  ignore_errors: true
- name: Name
  tls_check: { host: 127.0.0.1, server_name: s3.example.com, port: ${minio.port}, ca: "{{ ca }}", min_days: 100000 }
  ignore_errors: true
- name: Closed
  tls_check: { host: 127.0.0.1, port: 1 }
  ignore_errors: true
`);
    const checked = await run('check');
    expect(results(checked, 'Right')['localhost'], JSON.stringify(results(checked, 'Right'))).toMatchObject({
      status: 'ok',
      output: { trusted: true, names: expect.arrayContaining(['localhost', '127.0.0.1']), self_signed: false, problems: [] },
    });
    expect(results(checked, 'Put in')['localhost']).toMatchObject({ status: 'ok' });
    const told = (task: string) => JSON.stringify(results(checked, task)['localhost']);
    expect(told('Another')).toMatch(
      /leads to CN=pb-lab, which is not in the bundle given, or under that name with another key only \(CN=pb-lab\)/,
    );
    expect(told('System')).toMatch(/the host's own authorities do not vouch for CN=pb-lab/);
    expect(told('Name')).toMatch(/expires on .*; the certificate is not for s3.example.com, but for localhost/);
    expect(told('Closed')).toMatch(/shows no certificate: Connection refused/);
  });

  describe('from a host, with its curl', () => {
    const end = new AbortController();
    let tools: string;
    beforeAll(() => {
      tools = join(minio.dir, 'tools');
      mkdirSync(tools);
    });
    afterAll(() => end.abort());

    /** A store as a host sees it whose clock is ahead by so many seconds. */
    async function from(ahead: number, target: StoreTarget = {}) {
      writeFileSync(join(tools, 'date'), `#!/bin/sh\nexpr $(/bin/date +%s) + ${ahead}\n`, { mode: 0o755 });
      const env = { ...process.env, PATH: `${tools}:${process.env['PATH']}` };
      const transports = createTransports({ home: '/nonexistent', env, signal: end.signal });
      const stores = createStores({ env: {}, signal: end.signal, redactor: new Redactor(), script: (on) => transports.script(on) });
      const host = await transports.connect('n1' as HostName, { via: 'local' }, undefined, end.signal);
      const keys = { access_key: minio.user, secret_key: minio.password };
      const connection = await stores.store({ endpoint_url: minio.endpoint, ca_bundle: minio.ca, ...keys, ...target }, host);
      return { connection, writer: stores.storeWriter(connection) };
    }

    test('the whole probe, its large part on the input', async () => {
      await minio.mc('mb', '--ignore-existing', 's/probed');
      const { writer } = await from(0);
      const { stdout } = await writer.run({ do: 'store.probe', bucket: 'probed', prefix: 'from a host/' }, end.signal);
      expect(JSON.parse(stdout).done).toHaveLength(8);
      expect(await minio.mc('ls', '--recursive', 's/probed')).toBe('');
    });

    test('no key and no signature is among the arguments of a process', async () => {
      // curl is replaced by one that tells its arguments, and gets them all the same.
      writeFileSync(join(tools, 'curl'), `#!/bin/sh\nprintf '%s\\n' "$*" >> ${tools}/argv\nexec /usr/bin/curl "$@"\n`, { mode: 0o755 });
      const { connection } = await from(0);
      expect((await connection.reader.ask({ api: 's3', method: 'GET', bucket: 'probed' })).status).toBe(200);
      expect(readFileSync(join(tools, 'argv'), 'utf8')).toBe('-q -K /dev/fd/3\n');
    });

    test.each([
      [
        'its clock an hour ahead',
        3600,
        {},
        /clocks differ too much: the host says .*, the store .*, 60 min apart \(403 RequestTimeTooSkewed\)/,
      ],
      ['another secret', 0, { secret_key: 'not-the-right-one' }, /secret key is not that of root-user/],
      ['the store talks TLS, the address says http', 0, 'http', /localhost:\d+ speaks TLS, and was asked without it \(400\)/],
    ] as const)('%s', async (_, ahead, target, expected) => {
      const http = { endpoint_url: minio.endpoint.replace('https', 'http') };
      const { reader } = (await from(ahead, target === 'http' ? http : target)).connection;
      const answer = await reader.ask({ api: 's3', method: 'GET', bucket: 'probed' });
      expect(reader.refusal(answer, 'look').message).toMatch(expected);
    });

    test.each([
      ['an authority that it does not know', { ca_bundle: otherAuthority }, /not trusted \(x509\)/],
      ['a name that does not resolve', { endpoint_url: 'https://s3.invalid:9000' }, /the name is not known/],
      ['nobody listens', { endpoint_url: 'https://localhost:1' }, /connection is refused/],
    ])('%s', async (_, target, expected) => {
      const { reader } = (await from(0, target)).connection;
      await expect(reader.ask({ api: 's3', method: 'GET', bucket: 'probed' })).rejects.toThrow(expected);
    });
  });
});

/** As a client of a registry does it: a layer in two requests, a configuration, the manifest; and all of them back. */
async function pushAndPull(url: string): Promise<void> {
  const push = async (content: Buffer): Promise<string> => {
    const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
    const begun = await fetch(`${url}/v2/app/blobs/uploads/`, { method: 'POST' });
    expect(begun.status).toBe(202);
    const to = new URL(begun.headers.get('location') ?? '', url);
    to.searchParams.set('digest', digest);
    const put = await fetch(to, { method: 'PUT', body: new Uint8Array(content) });
    expect(put.status, await put.text()).toBe(201);
    return digest;
  };
  // Above 10 MiB the registry uploads in parts.
  const layer = randomBytes(12 * 1024 * 1024);
  const config = Buffer.from('{"architecture":"amd64","os":"linux"}');
  const described = async (content: Buffer, mediaType: string) => ({ mediaType, size: content.length, digest: await push(content) });
  const type = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = JSON.stringify({
    ...{ schemaVersion: 2, mediaType: type },
    config: await described(config, 'application/vnd.oci.image.config.v1+json'),
    layers: [await described(layer, 'application/vnd.oci.image.layer.v1.tar')],
  });
  const put = await fetch(`${url}/v2/app/manifests/1.0`, { method: 'PUT', headers: { 'content-type': type }, body: manifest });
  expect(put.status, await put.text()).toBe(201);
  const pulled = await fetch(`${url}/v2/app/manifests/1.0`, { headers: { accept: type } });
  const { layers } = (await pulled.json()) as { layers: { digest: string }[] };
  const blob = await fetch(`${url}/v2/app/blobs/${layers[0]?.digest}`);
  expect(Buffer.from(await blob.arrayBuffer()).equals(layer)).toBe(true);
}
