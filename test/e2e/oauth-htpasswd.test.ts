/** The shipped playbook for users in an htpasswd file, rehearsed by its scenarios. */
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { folder } from './pb.ts';

const here = (path: string): string => resolve(path);
const rehearse = async (scenario: string, ...more: readonly string[]) => {
  const { pb } = await folder({});
  const files = [here('playbooks/oauth-htpasswd.yml'), '-i', here('inventory'), '--scenario', here(`scenarios/${scenario}.yml`)];
  return pb('rehearse', ...files, ...more);
};
const TIMES = { timeout: 240_000 };

it('check announces all that the run does: the file, the provider, groups and roles; a second run changes nothing', TIMES, async () => {
  const ran = await rehearse('oauth-htpasswd');
  expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0);
  expect(ran.stdout).toMatch(/^good +plain +check announced 6 changes, the run made 6, the second 0$/m);
});

it('a provider whose Secret is missing gets it', TIMES, async () => {
  const ran = await rehearse('F32-provider-without-its-secret');
  expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0);
  expect(ran.stdout).toMatch(/^good +plain +check announced 2 changes, the run made 2, the second 0$/m);
});

it('while a provider of others lacks its Secret, nothing is begun', TIMES, async () => {
  const ran = await rehearse('oauth-htpasswd', '--faults', here('scenarios/F32-other-provider-without-its-secret.yml'));
  expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0);
  expect(ran.stdout).toMatch(/stops at "The authentication operator is well" on localhost after 0 changes: .*openshift-config\/corp/s);
});

it('rollback takes away the provider and nothing else', TIMES, async () => {
  const ran = await rehearse('F32-provider-without-its-secret', '--tags', 'rollback');
  expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0);
  expect(ran.stdout).toMatch(/^good +plain +check announced 1 changes?, the run made 1, the second 0$/m);
});
