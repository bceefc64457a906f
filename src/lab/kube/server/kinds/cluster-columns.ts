/** The columns of kinds of the cluster at large, and of roles. After pkg/printers/internalversion. */
import { age } from '../http/age.ts';
import { at, type Dict, dict, dicts, list, number, type Obj, text } from '../json.ts';
import { selectorText } from '../store/labels.ts';
import { type BuiltinColumn, column, count, created, from, images, integer, orNone, wide } from './column.ts';
import { ingressHosts, ingressPorts, requestState, sliceAddresses, slicePorts } from './strategy/cluster.ts';

const span = (seconds: number): string => age(new Date(0).toISOString(), new Date(seconds * 1000));

const subjects = (kind: string) => (binding: Obj) =>
  dicts(binding['subjects'])
    .filter((one) => one['kind'] === kind)
    .map((one) => (kind === 'ServiceAccount' ? `${text(one['namespace'])}/${text(one['name'])}` : text(one['name'])))
    .join(', ');

const bindings: readonly BuiltinColumn[] = [
  column('Role', (object) => `${from('roleRef', 'kind')(object)}/${from('roleRef', 'name')(object)}`),
  created,
  column('Users', subjects('User'), wide),
  column('Groups', subjects('Group'), wide),
  column('ServiceAccounts', subjects('ServiceAccount'), wide),
];

/** "cpu: <unknown>/70%" */
function targets(autoscaler: Obj): string {
  const current = dicts(at(autoscaler, 'status', 'currentMetrics'));
  const shown = dicts(at(autoscaler, 'spec', 'metrics')).map((metric, index) => {
    const resource: Dict = dict(metric['resource']);
    const wanted = at(resource, 'target', 'averageUtilization');
    const now = at(current[index] ?? {}, 'resource', 'current', 'averageUtilization');
    const aim = typeof wanted === 'number' ? `${wanted}%` : text(at(resource, 'target', 'averageValue'));
    return `${text(resource['name'])}: ${typeof now === 'number' ? `${now}%` : '<unknown>'}/${aim}`;
  });
  return shown.length > 2 ? `${shown.slice(0, 2).join(', ')} + ${shown.length - 2} more...` : shown.join(', ') || '<none>';
}

export const clusterColumns: { readonly [bucket: string]: readonly BuiltinColumn[] } = {
  'rbac.authorization.k8s.io/rolebindings': bindings,
  'rbac.authorization.k8s.io/clusterrolebindings': bindings,
  'batch/cronjobs': [
    ...[column('Schedule', from('spec', 'schedule')), column('Timezone', (object) => orNone(from('spec', 'timeZone')(object)))],
    column('Suspend', (object) => (at(object, 'spec', 'suspend') === true ? 'True' : 'False')),
    column('Active', (object) => list(at(object, 'status', 'active')).length, integer),
    column('Last Schedule', (object, now) => {
      const last = from('status', 'lastScheduleTime')(object);
      return last ? age(last, now) : '<none>';
    }),
    ...[created, ...images.map((one) => ({ ...one, cell: (object: Obj, now: Date) => one.cell(ofJob(object), now) }))],
    column('Selector', (object) => orNone(selectorText(dict(at(object, 'spec', 'jobTemplate', 'spec', 'selector')))), wide),
  ],
  'autoscaling/horizontalpodautoscalers': [
    column('Reference', (object) => `${from('spec', 'scaleTargetRef', 'kind')(object)}/${from('spec', 'scaleTargetRef', 'name')(object)}`),
    column('Targets', targets),
    column('MinPods', (object) => String(at(object, 'spec', 'minReplicas') ?? '<unset>')),
    ...[column('MaxPods', count('spec', 'maxReplicas'), integer), column('Replicas', count('status', 'currentReplicas'), integer), created],
  ],
  'networking.k8s.io/ingresses': [
    column('Class', (object) => orNone(from('spec', 'ingressClassName')(object))),
    ...[column('Hosts', ingressHosts), column('Address', () => ''), column('Ports', ingressPorts), created],
  ],
  'networking.k8s.io/ingressclasses': [
    column('Controller', from('spec', 'controller')),
    column('Parameters', (object) => orNone(from('spec', 'parameters', 'name')(object))),
    created,
  ],
  'networking.k8s.io/networkpolicies': [
    column('Pod-Selector', (object) => orNone(selectorText(dict(at(object, 'spec', 'podSelector'))))),
    created,
  ],
  'scheduling.k8s.io/priorityclasses': [
    column('Value', (object) => number(object['value'])),
    column('Global-Default', (object) => object['globalDefault'] === true),
    ...[created, column('PreemptionPolicy', from('preemptionPolicy'))],
  ],
  'certificates.k8s.io/certificatesigningrequests': [
    ...[created, column('SignerName', from('spec', 'signerName')), column('Requestor', from('spec', 'username'))],
    column('RequestedDuration', (object) => {
      const seconds = at(object, 'spec', 'expirationSeconds');
      return typeof seconds === 'number' ? span(seconds) : '<none>';
    }),
    column('Condition', requestState),
  ],
  'discovery.k8s.io/endpointslices': [
    ...[column('AddressType', from('addressType')), column('Ports', slicePorts), column('Endpoints', sliceAddresses), created],
  ],
  '/replicationcontrollers': [
    ...[column('Desired', count('spec', 'replicas'), integer), column('Current', count('status', 'replicas'), integer)],
    ...[column('Ready', count('status', 'readyReplicas'), integer), created, ...images],
    column('Selector', (object) => orNone(selectorText({ matchLabels: dict(at(object, 'spec', 'selector')) })), wide),
  ],
};

/** A cron job's template is one of jobs. */
function ofJob(object: Obj): Obj {
  return { ...object, spec: dict(at(object, 'spec', 'jobTemplate', 'spec')) };
}
