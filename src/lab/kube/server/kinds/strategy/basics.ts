/** Namespaces, config maps, secrets, nodes, events and other small kinds. */
import { type Cause, forbiddenField, invalidValue, notSupported, required } from '../../http/status.ts';
import { at, copy, type Dict, dict, dicts, list, type Obj, same, text } from '../../json.ts';
import { compareQuantities, quantityNumber } from '../../schema/quantity.ts';
import { immutable, labelCauses, pathSegmentCauses } from './names.ts';
import { setIfMissing } from './pod-defaults.ts';
import type { Strategy } from './strategy.ts';

const spec = (object: Obj): Dict => dict(object['spec']);

export const namespaces: Strategy = {
  returnsDeleted: true,
  nameCauses: (name) => labelCauses(name),
  defaults(object) {
    const { name } = object.metadata;
    if (name) object.metadata.labels = { ...object.metadata.labels, 'kubernetes.io/metadata.name': name };
  },
  prepare(object, live) {
    if (live) return;
    object['spec'] = { finalizers: ['kubernetes'] };
    object['status'] = { phase: 'Active' };
  },
};

const dataKey = /^[-._a-zA-Z0-9]+$/;
const dataKeyText =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

function dataCauses(object: Obj, live: Obj | undefined, fields: readonly string[]): Cause[] {
  const causes: Cause[] = [];
  for (const field of fields) {
    for (const key of Object.keys(dict(object[field])))
      if (!dataKey.test(key)) causes.push(invalidValue(`${field}[${key}]`, key, dataKeyText));
  }
  if (live?.['immutable'] === true) {
    const frozen = 'field is immutable when `immutable` is set';
    if (object['immutable'] !== true) causes.push(forbiddenField('immutable', frozen));
    for (const field of fields) if (!same(object[field] ?? {}, live[field] ?? {})) causes.push(forbiddenField(field, frozen));
  }
  return causes;
}

export const configMaps: Strategy = { validate: (object, live) => dataCauses(object, live, ['data', 'binaryData']) };

/** Secret type → keys that its data must have. */
const secretKeys: { readonly [type: string]: readonly string[] } = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
};

export const secrets: Strategy = {
  defaults(object) {
    const given = Object.entries(dict(object['stringData'])).map(([key, value]) => [key, Buffer.from(text(value)).toString('base64')]);
    if (given.length > 0) object['data'] = { ...dict(object['data']), ...Object.fromEntries(given) };
    delete object['stringData'];
    setIfMissing(object, { type: 'Opaque' });
  },
  validate(object, live) {
    const type = text(object['type']);
    const causes = live ? immutable('type', object['type'], live['type']) : [];
    for (const key of secretKeys[type] ?? []) if (dict(object['data'])[key] === undefined) causes.push(required(`data[${key}]`));
    const bytes = dict(object['data'])['.dockerconfigjson'];
    if (type === 'kubernetes.io/dockerconfigjson' && bytes !== undefined && !isJson(text(bytes))) {
      causes.push(invalidValue('data[.dockerconfigjson]', '<secret contents redacted>', 'invalid character in JSON'));
    }
    return [...causes, ...dataCauses(object, live, ['data'])];
  },
};

function isJson(base64: string): boolean {
  try {
    JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

export const nodes: Strategy = {
  keepsStatus: true,
  defaults(object) {
    const status = dict(object['status']);
    if (status['allocatable'] === undefined && status['capacity'] !== undefined) status['allocatable'] = copy(status['capacity']);
  },
};

export const events: Strategy = {
  keepsStatus: true,
  validate(object) {
    const about = text(at(object, 'involvedObject', 'namespace'));
    const { namespace } = object.metadata;
    const isFine = about === namespace || (about === '' && ['default', 'kube-system'].includes(namespace ?? ''));
    return isFine ? [] : [invalidValue('involvedObject.namespace', about, 'does not match event.namespace')];
  },
};

export const serviceAccounts: Strategy = { returnsDeleted: true };
const computeResources = ['cpu', 'memory', 'ephemeral-storage', 'storage'];
const countedResources = [
  'pods',
  'services',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'resourcequotas',
  'replicationcontrollers',
];
const isQuotaResource = (name: string): boolean =>
  name.includes('/') ||
  countedResources.includes(name) ||
  computeResources.includes(name.replace(/^(requests|limits)\./, '')) ||
  /^services\./.test(name);

export const resourceQuotas: Strategy = {
  returnsDeleted: true,
  validate: (object) =>
    Object.entries(dict(spec(object)['hard'])).flatMap(([name, value]) => {
      const field = `spec.hard[${name}]`;
      if (!isQuotaResource(name)) {
        return [
          invalidValue(field, name, 'must be a standard resource for quota'),
          invalidValue(field, name, 'must be a standard resource type or fully qualified'),
        ];
      }
      if (compareQuantities(text(value), '0') < 0) return [invalidValue(field, value, 'must be greater than or equal to 0')];
      const isWhole = !countedResources.includes(name) || Number.isInteger(quantityNumber(text(value)));
      return isWhole ? [] : [invalidValue(field, value, 'must be an integer')];
    }),
};

export const limitRanges: Strategy = {
  defaults(object) {
    for (const limit of dicts(spec(object)['limits'])) {
      if (limit['type'] !== 'Container') continue;
      const [max, min] = [dict(limit['max']), dict(limit['min'])];
      const standard = { ...max, ...dict(limit['default']) };
      if (Object.keys(standard).length > 0) limit['default'] = standard;
      const requests = { ...min, ...standard, ...dict(limit['defaultRequest']) };
      if (Object.keys(requests).length > 0) limit['defaultRequest'] = requests;
    }
  },
};

const rbac = 'rbac.authorization.k8s.io';

function bindingCauses(kinds: readonly string[]): NonNullable<Strategy['validate']> {
  return (object, live) => {
    const role = dict(object['roleRef']);
    const causes: Cause[] = [];
    if (!kinds.includes(text(role['kind']))) causes.push(notSupported('roleRef.kind', text(role['kind']), kinds));
    if (!text(role['name'])) causes.push(required('roleRef.name'));
    dicts(object['subjects']).forEach((subject, index) => {
      if (!text(subject['name'])) causes.push(required(`subjects[${index}].name`));
      if (subject['kind'] === 'ServiceAccount' && !text(subject['namespace']) && kinds.length === 1)
        causes.push(required(`subjects[${index}].namespace`));
    });
    if (live && !same(role, live['roleRef'])) causes.push(invalidValue('roleRef', role, 'cannot change roleRef'));
    return causes;
  };
}

function defaultBinding(object: Obj): void {
  const role = dict(object['roleRef']);
  if (!text(role['apiGroup'])) role['apiGroup'] = rbac;
  for (const subject of dicts(object['subjects'])) {
    if (!text(subject['apiGroup']) && ['User', 'Group'].includes(text(subject['kind']))) subject['apiGroup'] = rbac;
  }
}

export const roleBindings: Strategy = {
  nameCauses: pathSegmentCauses,
  defaults: defaultBinding,
  validate: bindingCauses(['Role', 'ClusterRole']),
};
export const clusterRoleBindings: Strategy = {
  nameCauses: pathSegmentCauses,
  defaults: defaultBinding,
  validate: bindingCauses(['ClusterRole']),
};
export const roles: Strategy = { nameCauses: pathSegmentCauses };

export const networkPolicies: Strategy = {
  counts: true,
  defaults(object) {
    for (const rule of [...dicts(spec(object)['ingress']), ...dicts(spec(object)['egress'])]) {
      for (const port of dicts(rule['ports'])) setIfMissing(port, { protocol: 'TCP' });
    }
    if (spec(object)['policyTypes'] === undefined) {
      spec(object)['policyTypes'] = list(spec(object)['egress']).length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
    }
  },
};

export const disruptionBudgets: Strategy = { counts: true };
