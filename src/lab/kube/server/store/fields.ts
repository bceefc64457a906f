/** Field selectors: which fields each kind can be chosen by, and how they are read. */
import { badRequest } from '../http/status.ts';
import { at, type Obj, text } from '../json.ts';

type Read = (object: Obj) => unknown;
const path =
  (...names: string[]): Read =>
  (object) =>
    at(object, ...names);

const involved = (prefix: string): { readonly [field: string]: Read } =>
  Object.fromEntries(
    ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map((name) => [
      `${prefix}.${name}`,
      path('involvedObject', name),
    ]),
  );

/** Resource → field → how it is read, besides metadata.name and metadata.namespace. */
const selectable: { readonly [resource: string]: { readonly [field: string]: Read } } = {
  '/pods': {
    'spec.nodeName': path('spec', 'nodeName'),
    'spec.restartPolicy': path('spec', 'restartPolicy'),
    'spec.schedulerName': path('spec', 'schedulerName'),
    'spec.serviceAccountName': path('spec', 'serviceAccountName'),
    'spec.hostNetwork': (object) => at(object, 'spec', 'hostNetwork') ?? false,
    'status.phase': path('status', 'phase'),
    'status.podIP': path('status', 'podIP'),
    'status.nominatedNodeName': path('status', 'nominatedNodeName'),
  },
  '/events': {
    ...involved('involvedObject'),
    reason: path('reason'),
    reportingComponent: path('reportingComponent'),
    source: (object) => at(object, 'source', 'component') ?? object['reportingComponent'],
    type: path('type'),
  },
  'events.k8s.io/events': {
    ...involved('regarding'),
    reason: path('reason'),
    reportingController: path('reportingComponent'),
    type: path('type'),
  },
  '/secrets': { type: path('type') },
  '/namespaces': { 'status.phase': path('status', 'phase'), name: path('metadata', 'name') },
  '/nodes': { 'spec.unschedulable': (object) => at(object, 'spec', 'unschedulable') ?? false },
  '/services': { 'spec.clusterIP': path('spec', 'clusterIP'), 'spec.type': path('spec', 'type') },
  'apps/replicasets': { 'status.replicas': (object) => at(object, 'status', 'replicas') ?? 0 },
  'batch/jobs': { 'status.successful': (object) => at(object, 'status', 'succeeded') ?? 0 },
};
/** Kinds whose own conversion knows the fields: their complaint is worded differently. */
const own = new Set(['/pods', '/events', 'events.k8s.io/events', '/secrets', '/namespaces', '/nodes', '/services']);
const clusterWide = new Set(['/nodes', '/namespaces']);

export interface FieldTerm {
  readonly field: string;
  readonly value: string;
  readonly negated: boolean;
  readonly read: Read;
}

export interface Selectable {
  readonly group: string;
  readonly plural: string;
  readonly custom: boolean;
  /** JSON paths that a CRD's version declares: `.spec.size`. */
  readonly selectableFields: readonly string[];
}

export function parseFieldSelector(source: string, resource: Selectable): readonly FieldTerm[] {
  const key = `${resource.group}/${resource.plural}`.replace(/^\//, '/');
  const custom = Object.fromEntries(resource.selectableFields.map((one) => [one.slice(1), path(...one.slice(1).split('.'))]));
  const fields: { readonly [field: string]: Read } = {
    'metadata.name': path('metadata', 'name'),
    ...(clusterWide.has(key) ? {} : { 'metadata.namespace': path('metadata', 'namespace') }),
    ...selectable[key],
    ...custom,
  };
  return source
    .split(',')
    .filter((term) => term !== '')
    .map((term) => {
      const match = /^(.*?)(!=|==|=)(.*)$/.exec(term);
      if (!match) throw badRequest(`invalid selector: '${source}'; can't understand '${term}'`);
      const [, field = '', operator, value = ''] = match;
      const read = fields[field];
      if (!read) {
        throw badRequest(complaint(field, { key, isOwn: resource.custom || own.has(key) }));
      }
      return { field, value, negated: operator === '!=', read };
    });
}

function complaint(field: string, { key, isOwn }: { readonly key: string; readonly isOwn: boolean }): string {
  if (key === 'batch/jobs') return `field label "${field}" not supported for Job`;
  if (isOwn) return `field label not supported: ${field}`;
  return `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`;
}

export const matchesFields = (terms: readonly FieldTerm[], object: Obj): boolean =>
  terms.every(({ read, value, negated }) => (shown(read(object)) === value) !== negated);

const shown = (value: unknown): string => (typeof value === 'number' || typeof value === 'boolean' ? String(value) : text(value));
