/** What playbooks written for kubernetes.core ask of a cluster, against a real API server. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/value.ts';
import { type Real, startReal, whyOf } from './kube/harness.ts';
import { partOrSkip } from './parts/require.ts';

const suite = await partOrSkip('kube');
const namespace = 'web';

suite('as kubernetes.core has it', () => {
  let real: Real;
  beforeAll(async () => {
    real = await startReal({ controllers: 'none' });
    await real.kubectl('create', 'namespace', namespace);
  });
  afterAll(() => real?.close());

  const configMap = (name: string, app: string): JsonObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace, labels: { app } },
    data: { a: '1' },
  });
  const names = async (): Promise<string[]> => {
    const said = await real.kubectl('get', 'configmap', '--namespace', namespace, '--output=jsonpath={.items[*].metadata.name}');
    return said.split(' ').filter((name) => name !== '' && name !== 'kube-root-ca.crt');
  };

  describe('k8s', () => {
    const of = (...definition: JsonObject[]): JsonObject => ({ definition, label_selectors: ['app in (x, y)', 'app!=y'] });

    test('applies the objects that the selectors fit', async () => {
      await real.converges('kubernetes.core.k8s', of(configMap('one', 'x'), configMap('two', 'y'), configMap('three', 'x')));
      expect(await names()).toEqual(['one', 'three']);
      expect(await real.settledAt('kubernetes.core.k8s', of(configMap('one', 'x')))).toMatchObject({
        method: 'apply',
        result: { metadata: { name: 'one' } },
      });
    });

    test('goes on where some objects are refused', async () => {
      const definition = [configMap('four', 'z'), { ...configMap('five', 'z'), dota: {} }, configMap('six', 'z')];
      expect(whyOf(await real.run('k8s', { definition }))).toContain('dota: field not declared in schema');
      await real.converges('k8s', { definition, continue_on_error: true });
      expect(await real.settledAt('k8s', { definition, continue_on_error: true, hidden_fields: ['metadata'] })).toMatchObject({
        result: {
          results: [
            { result: { kind: 'ConfigMap', data: { a: '1' } } },
            { result: { kind: 'ConfigMap', data: { a: '1' } } },
            { error: { name: 'five', msg: expect.stringContaining('dota: field not declared in schema') } },
          ],
        },
      });
      expect(await names()).toEqual(['four', 'one', 'six', 'three']);
    });

    test('names objects after their content', async () => {
      await real.converges('k8s', { definition: configMap('hashed', 'h'), append_hash: true });
      const [first] = (await names()).filter((name) => name.startsWith('hashed-'));
      await real.converges('k8s', { definition: { ...configMap('hashed', 'h'), data: { a: '2' } }, append_hash: true });
      expect(await names()).toContain(first);
      await real.converges('k8s', { definition: configMap('hashed', 'h'), append_hash: true, state: 'absent' });
      expect(await names()).not.toContain(first);
    });

    test('deletes all of a kind, or those with labels, in one namespace', async () => {
      const given = { kind: 'ConfigMap', namespace, state: 'absent', wait: true };
      await real.converges('k8s', { ...given, label_selectors: ['app in (x)'] });
      expect((await names()).filter((name) => ['one', 'three', 'four', 'six'].includes(name))).toEqual(['four', 'six']);
      expect(whyOf(await real.run('k8s', { kind: 'ConfigMap', state: 'absent', delete_all: true }))).toBe(
        'args: say in which namespace every ConfigMap shall go: give namespace',
      );
      await real.converges('k8s', { ...given, all: true, delete_options: { gracePeriodSeconds: 0, propagationPolicy: 'Background' } });
      expect(await names()).toEqual([]);
      expect(await real.settledAt('k8s', { ...given, delete_all: true })).toMatchObject({ result: {}, method: 'delete' });
    });
  });
});
