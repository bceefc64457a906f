/** Object stores in a rehearsal: whatever address a playbook names, the lab's own store answers. */
import { expect, it } from 'vitest';
import { folder } from './pb.ts';

const inventory = `
all:
  vars: { ansible_user: core }
  children:
    masters: { hosts: { m1: { ansible_host: 203.0.113.1 } } }
    workers: { hosts: { w1: { ansible_host: 203.0.113.2 }, w2: { ansible_host: 203.0.113.3 } } }
`;
const keys = "endpoint_url: 'https://s3.example.invalid:9000', ca_bundle: /nowhere/ca.crt";
const playbook = `
- hosts: localhost
  gather_facts: false
  module_defaults:
    s3_bucket: &store { ${keys}, access_key: admin, secret_key: of-the-admin }
    s3_policy: *store
    s3_user: *store
  tasks:
    - name: Bucket
      s3_bucket: { name: registry, versioning: true, tags: { owner: registry }, public_access: none, abort_incomplete_multipart_days: 1 }
    - name: Policy
      s3_policy:
        name: registry
        policy:
          Version: '2012-10-17'
          Statement:
            - { Effect: Allow, Action: ['s3:ListBucket'], Resource: ['arn:aws:s3:::registry'] }
            - { Effect: Allow, Action: ['s3:*Object', 's3:AbortMultipartUpload'], Resource: ['arn:aws:s3:::registry/*'] }
    - name: User
      s3_user: { name: registry-user, secret: of-the-registry, policies: [registry] }
    - name: Probe
      s3_probe: { ${keys}, bucket: registry, access_key: registry-user, secret_key: of-the-registry }
    - name: Another bucket
      s3_bucket: { name: another-one }
    - name: Not the user's
      s3_probe: { ${keys}, bucket: another-one, access_key: registry-user, secret_key: of-the-registry }
      register: denied
      failed_when: denied is not failed
      when: not ansible_check_mode
`;

const TIMES = { timeout: 180_000 };

it('bucket, policy, user and probe: check announces all, the second run changes nothing', TIMES, async () => {
  const { pb } = await folder({ 'hosts.yml': inventory, 'play.yml': playbook });
  const ran = await pb('rehearse', 'play.yml', '-i', 'hosts.yml');
  expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0);
  expect(ran.stdout).toMatch(/^good +plain +check announced 4 changes, the run made 4, the second 0/m);
});
