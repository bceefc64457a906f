/** Which built-in kind behaves how; custom kinds and the rest need nothing but their schema. */
import { copy } from '../json.ts';
import { acceptDefinition, defaultDefinition, definitionCauses } from './custom.ts';
import type { Resource } from './resource.ts';
import * as basics from './strategy/basics.ts';
import * as cluster from './strategy/cluster.ts';
import { pods } from './strategy/pods.ts';
import { services } from './strategy/services.ts';
import * as storage from './strategy/storage.ts';
import type { Strategy } from './strategy/strategy.ts';
import * as workloads from './strategy/workloads.ts';

const definitions: Strategy = {
  counts: true,
  defaults: defaultDefinition,
  prepare(object, live, api) {
    if (live) object['status'] = copy(live['status']);
    acceptDefinition(object, api.now());
  },
  validate: definitionCauses,
};

const strategies: { readonly [bucket: string]: Strategy } = {
  '/namespaces': basics.namespaces,
  '/nodes': basics.nodes,
  '/pods': pods,
  '/services': services,
  '/configmaps': basics.configMaps,
  '/secrets': basics.secrets,
  '/persistentvolumes': storage.volumes,
  '/persistentvolumeclaims': storage.claims,
  '/events': basics.events,
  '/serviceaccounts': basics.serviceAccounts,
  '/resourcequotas': basics.resourceQuotas,
  '/limitranges': basics.limitRanges,
  'apps/deployments': workloads.deployments,
  'apps/daemonsets': workloads.daemonsets,
  'apps/statefulsets': workloads.statefulsets,
  'apps/replicasets': workloads.replicasets,
  'batch/jobs': workloads.jobs,
  'batch/cronjobs': workloads.cronjobs,
  'storage.k8s.io/storageclasses': storage.storageClasses,
  'storage.k8s.io/csidrivers': { returnsDeleted: true },
  'storage.k8s.io/csinodes': { returnsDeleted: true },
  'policy/poddisruptionbudgets': basics.disruptionBudgets,
  'rbac.authorization.k8s.io/roles': basics.roles,
  'rbac.authorization.k8s.io/clusterroles': basics.roles,
  'rbac.authorization.k8s.io/rolebindings': basics.roleBindings,
  'rbac.authorization.k8s.io/clusterrolebindings': basics.clusterRoleBindings,
  'networking.k8s.io/networkpolicies': basics.networkPolicies,
  'networking.k8s.io/ingresses': cluster.ingresses,
  'networking.k8s.io/ingressclasses': { counts: true },
  'certificates.k8s.io/certificatesigningrequests': cluster.certificateRequests,
  'scheduling.k8s.io/priorityclasses': cluster.priorityClasses,
  'autoscaling/horizontalpodautoscalers': cluster.autoscalers,
  'discovery.k8s.io/endpointslices': cluster.endpointSlices,
  '/replicationcontrollers': workloads.replicationControllers,
  '/podtemplates': workloads.podTemplates,
  'apiextensions.k8s.io/customresourcedefinitions': definitions,
};

const none: Strategy = {};
const custom: Strategy = { counts: true };

export const strategyOf = (resource: Resource): Strategy => (resource.custom ? custom : (strategies[resource.bucket] ?? none));
