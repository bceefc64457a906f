import { forbidden, forbiddenField } from '../../http/status.ts';
import { at, copy, type Dict, dict, dicts, list, type Obj, same, text } from '../../json.ts';
import { keyFor } from '../../store/store.ts';
import { randomSuffix } from '../../verbs/random.ts';
import { defaultPodSpec, defaultRequests, setIfMissing } from './pod-defaults.ts';
import { podSpecCauses } from './pod-validation.ts';
import type { Strategy } from './strategy.ts';

const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount';
const resource = { group: '', plural: 'pods' };
const mayChange =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

export const pods: Strategy = {
  counts: true,
  returnsDeleted: true,
  defaults(pod) {
    const spec = dict(pod['spec']);
    defaultPodSpec(spec);
    setIfMissing(spec, { enableServiceLinks: true });
    defaultRequests(spec);
  },
  admit(pod, api) {
    const spec = dict(pod['spec']);
    const namespace = pod.metadata.namespace ?? '';
    setIfMissing(spec, { serviceAccountName: 'default', serviceAccount: 'default', priority: 0, preemptionPolicy: 'PreemptLowerPriority' });
    const name = text(spec['serviceAccountName']);
    const account = api.store.get('/serviceaccounts', keyFor(namespace, name));
    if (!account)
      throw forbidden(
        resource,
        pod.metadata.name ?? '',
        `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`,
      );
    if (list(account['imagePullSecrets']).length > 0) setIfMissing(spec, { imagePullSecrets: copy(account['imagePullSecrets']) });
    if ((spec['automountServiceAccountToken'] ?? account['automountServiceAccountToken']) !== false) mountToken(spec);
    tolerateOutages(spec);
  },
  prepare(pod, live) {
    if (!live) pod['status'] = { phase: 'Pending', qosClass: qosClass(dict(pod['spec'])) };
  },
  validate(pod, live) {
    const causes = podSpecCauses(dict(pod['spec']), 'spec', { restartPolicies: ['Always', 'OnFailure', 'Never'] });
    if (causes.length > 0 || !live || same(frozen(pod), frozen(live))) return causes;
    return [forbiddenField('spec', mayChange)];
  },
};

/** The spec without what may change. */
function frozen(pod: Obj): Dict {
  const spec = copy(dict(pod['spec']));
  for (const container of [...dicts(spec['containers']), ...dicts(spec['initContainers'])]) delete container['image'];
  const { activeDeadlineSeconds: _, tolerations: _t, ...rest } = spec;
  return rest;
}

function mountToken(spec: Dict): void {
  const containers = [...dicts(spec['initContainers']), ...dicts(spec['containers'])];
  const without = containers.filter((one) => !dicts(one['volumeMounts']).some((mount) => mount['mountPath'] === tokenPath));
  if (without.length === 0) return;
  const name = `kube-api-access-${randomSuffix()}`;
  for (const container of without)
    container['volumeMounts'] = [...list(container['volumeMounts']), { name, readOnly: true, mountPath: tokenPath }];
  const sources = [
    { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
  ];
  spec['volumes'] = [...list(spec['volumes']), { name, projected: { sources, defaultMode: 420 } }];
}

/** Five minutes on a node that is not ready or cannot be reached. */
function tolerateOutages(spec: Dict): void {
  const tolerations = dicts(spec['tolerations']);
  const missing = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'].filter(
    (key) =>
      !tolerations.some(
        (one) => (one['key'] === key || one['key'] === undefined) && (one['effect'] === 'NoExecute' || one['effect'] === undefined),
      ),
  );
  const added = missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }));
  if (added.length > 0) spec['tolerations'] = [...tolerations, ...added];
}

function qosClass(spec: Dict): string {
  const all = [...dicts(spec['containers']), ...dicts(spec['initContainers'])].map((one) => dict(one['resources']));
  const parts = (resources: Dict, name: string): Dict => dict(resources[name]);
  if (all.every((one) => Object.keys(parts(one, 'limits')).length === 0 && Object.keys(parts(one, 'requests')).length === 0))
    return 'BestEffort';
  const guaranteed = all.every((one) =>
    ['cpu', 'memory'].every(
      (name) => at(one, 'limits', name) !== undefined && at(one, 'limits', name) === (at(one, 'requests', name) ?? at(one, 'limits', name)),
    ),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
