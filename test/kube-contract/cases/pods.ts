import { unmanaged as show } from '../talk.ts';
import { type Cases, pod, pods } from './case.ts';

const eviction = (name: string, options: object = {}): object => ({
  apiVersion: 'policy/v1',
  kind: 'Eviction',
  metadata: { name, namespace: '{ns}' },
  ...options,
});
const budgets = '/apis/policy/v1/namespaces/{ns}/poddisruptionbudgets';

export const podCases: Cases = {
  'logs of what is not there or not placed': async (t) => {
    await t.get(`${pods}/none/log`);
    await t.post(
      pods,
      pod('p', {
        containers: [
          { name: 'c', image: 'i' },
          { name: 'd', image: 'i' },
        ],
      }),
      { quiet: true },
    );
    await t.get(`${pods}/p/log`);
    await t.get(`${pods}/p/log?container=x`);
    await t.get(`${pods}/p/log?container=c`);
    await t.get(`${pods}/p/log?container=c&tailLines=-1`);
    await t.get(`${pods}/p/log?container=c&limitBytes=0`);
    await t.get(`${pods}/p/log?container=c&sinceSeconds=0`);
    await t.get(`${pods}/p/log?container=c&sinceSeconds=5&sinceTime=2026-01-01T00:00:00Z`);
    await t.get(`${pods}/p/log?container=c&previous=true`);
  },
  'commands in what is not there or not placed': async (t) => {
    await t.post(`${pods}/none/exec?command=ls`, undefined);
    await t.post(
      pods,
      pod('p', {
        containers: [
          { name: 'c', image: 'i' },
          { name: 'd', image: 'i' },
        ],
      }),
      { quiet: true },
    );
    await t.get(`${pods}/p/exec?command=ls&stdout=true`);
    await t.get(`${pods}/p/exec?command=ls&stdout=true&container=x`);
    await t.get(`${pods}/p/exec?command=ls&stdout=true&container=c`);
    await t.get(`${pods}/p/exec?stdout=true&container=c`);
  },
  'attaching and forwarding to what is not there or not placed': async (t) => {
    await t.post(`${pods}/none/attach?stdout=true`, undefined);
    await t.post(`${pods}/none/portforward`, undefined);
    await t.post(pods, pod('p'), { quiet: true });
    await t.get(`${pods}/p/attach?stdout=true`);
    await t.get(`${pods}/p/attach?stdout=true&container=x`);
    await t.get(`${pods}/p/portforward`);
  },
  'an eviction': async (t) => {
    await t.post(pods, pod('p'), { quiet: true });
    await t.post(`${pods}/p/eviction`, eviction('p'));
    await t.get(`${pods}/p`);
    await t.post(`${pods}/p/eviction`, eviction('p'));
  },
  'an eviction that a budget forbids': async (t) => {
    const ready = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
    await t.post(pods, pod('p', { nodeName: 'no-such-{ns}' }, { labels: { app: 'x' } }), { quiet: true });
    await t.merge(`${pods}/p/status`, { status: ready }, { quiet: true });
    await t.post(budgets, { metadata: { name: 'b' }, spec: { minAvailable: 1, selector: { matchLabels: { app: 'x' } } } }, { quiet: true });
    await t.merge(
      `${budgets}/b/status`,
      { status: { observedGeneration: 1, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1, disruptionsAllowed: 0 } },
      { quiet: true },
    );
    await t.post(`${pods}/p/eviction`, eviction('p'));
    await t.delete(`${pods}/p`, { gracePeriodSeconds: 0 }, { quiet: true });
  },
  'a budget nobody has looked at': async (t) => {
    await t.post(pods, pod('p', { nodeName: 'no-such-{ns}' }, { labels: { app: 'x' } }), { quiet: true });
    await t.merge(`${pods}/p/status`, { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } }, { quiet: true });
    await t.post(`${pods}/p/eviction?dryRun=All`, eviction('p'));
    await t.delete(`${pods}/p`, { gracePeriodSeconds: 0 }, { quiet: true });
  },
  'a token for an account': async (t) => {
    const accounts = '/api/v1/namespaces/{ns}/serviceaccounts';
    const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600, audiences: null } };
    const { body } = await t.post(`${accounts}/default/token`, request, {
      show: (one: { kind: string; status: { token: string; expirationTimestamp: string } }) => [
        one.kind,
        one.status.token.split('.').length,
        typeof one.status.expirationTimestamp,
      ],
    });
    await t.get('/api/v1/namespaces/{ns}/secrets', { token: body.status.token });
    await t.post(`${accounts}/none/token`, request);
    await t.post(`${accounts}/default/token`, { ...request, spec: { expirationSeconds: 5 } });
  },
  'a binding places a pod': async (t) => {
    await t.post(pods, pod('p'), { quiet: true });
    const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'p' }, target: { kind: 'Node', name: 'no-such-{ns}' } };
    await t.post(`${pods}/p/binding`, binding);
    await t.get(`${pods}/p`, {
      show: (body: { spec: { nodeName: string }; status: { conditions: { type: string; status: string }[] } }) => [
        body.spec.nodeName,
        body.status.conditions.map((one) => [one.type, one.status]),
      ],
    });
    await t.post(`${pods}/p/binding`, binding);
    await t.delete(`${pods}/p`, { gracePeriodSeconds: 0 }, { quiet: true });
  },
  'an account that is not there': async (t) => {
    await t.post(pods, pod('p', { serviceAccountName: 'none' }));
  },
  'a quota': async (t) => {
    await t.post('/api/v1/namespaces/{ns}/resourcequotas', { metadata: { name: 'q' }, spec: { hard: { pods: '10' } } }, { show });
  },
};
