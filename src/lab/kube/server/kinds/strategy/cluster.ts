/** Kinds of the cluster at large: certificate requests, priorities, ingresses, autoscalers, endpoint slices. */
import { type Cause, forbiddenField, invalidValue, notSupported, required } from '../../http/status.ts';
import { at, copy, type Dict, dict, dicts, list, number, type Obj, text, texts } from '../../json.ts';
import { immutable } from './names.ts';
import { setIfMissing } from './pod-defaults.ts';
import type { Strategy } from './strategy.ts';

const spec = (object: Obj): Dict => dict(object['spec']);

export const certificateRequests: Strategy = {
  nameCauses: () => [],
  admit(object, _, user) {
    if (user) Object.assign(spec(object), { username: user.name, groups: [...user.groups] });
  },
  // What was asked for stays; only what is decided about it changes.
  prepare(object, live) {
    if (live) object['spec'] = copy(live['spec']);
  },
  validate(object, live) {
    const { request, signerName, usages } = spec(object);
    if (live) return [];
    const pem = Buffer.from(text(request), 'base64').toString('latin1');
    return [
      ...(/-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----/.test(pem)
        ? []
        : [invalidValue('spec.request', text(request), 'PEM block type must be CERTIFICATE REQUEST')]),
      ...(list(usages).length > 0 ? [] : [required('spec.usages')]),
      ...(text(signerName) ? [] : [required('spec.signerName')]),
    ];
  },
};

const HIGHEST_USER_PRIORITY = 1_000_000_000;

export const priorityClasses: Strategy = {
  counts: true,
  defaults: (object) => setIfMissing(object, { preemptionPolicy: 'PreemptLowerPriority' }),
  validate(object, live) {
    const value = number(object['value']);
    const name = object.metadata.name ?? '';
    const causes: Cause[] = [];
    if (value > HIGHEST_USER_PRIORITY && !name.startsWith('system-'))
      causes.push(forbiddenField('value', `maximum allowed value of a user defined priority is ${HIGHEST_USER_PRIORITY}`));
    if (live && live['value'] !== object['value']) causes.push(forbiddenField('value', 'may not be changed in an update.'));
    return causes;
  },
};

const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix'];

export const ingresses: Strategy = {
  counts: true,
  validate(object) {
    const rules = dicts(spec(object)['rules']);
    if (rules.length === 0 && spec(object)['defaultBackend'] === undefined)
      return [invalidValue('spec', [], 'either `defaultBackend` or `rules` must be specified')];
    return rules.flatMap((rule, at) =>
      dicts(dict(rule['http'])['paths']).flatMap((path, index) => {
        const field = `spec.rules[${at}].http.paths[${index}]`;
        const type = text(path['pathType']);
        if (type === '') return [required(`${field}.pathType`, 'pathType must be specified')];
        if (!pathTypes.includes(type)) return [notSupported(`${field}.pathType`, type, pathTypes)];
        const absolute = text(path['path']).startsWith('/') || (type === 'ImplementationSpecific' && !text(path['path']));
        return absolute ? [] : [invalidValue(`${field}.path`, text(path['path']), 'must be an absolute path')];
      }),
    );
  },
};

export const autoscalers: Strategy = {
  defaults(object) {
    setIfMissing(spec(object), {
      minReplicas: 1,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }],
    });
  },
  validate(object) {
    const { minReplicas, maxReplicas } = spec(object);
    const causes: Cause[] = [];
    if (number(maxReplicas) < 1) causes.push(invalidValue('spec.maxReplicas', number(maxReplicas), 'must be greater than 0'));
    if (number(maxReplicas) < number(minReplicas))
      causes.push(invalidValue('spec.maxReplicas', number(maxReplicas), 'must be greater than or equal to `minReplicas`'));
    return causes;
  },
};

const addressTypes = ['FQDN', 'IPv4', 'IPv6'];

export const endpointSlices: Strategy = {
  counts: true,
  defaults(object) {
    for (const port of dicts(object['ports'])) setIfMissing(port, { name: '', protocol: 'TCP' });
  },
  validate: (object, live) => [
    ...(text(object['addressType']) === ''
      ? [required('addressType')]
      : addressTypes.includes(text(object['addressType']))
        ? []
        : [notSupported('addressType', object['addressType'], addressTypes)]),
    ...(live ? immutable('addressType', object['addressType'], live['addressType']) : []),
  ],
};

/** "80" or "80, 443" */
export const ingressPorts = (object: Obj): string => (list(at(object, 'spec', 'tls')).length > 0 ? '80, 443' : '80');

export function ingressHosts(object: Obj): string {
  const hosts = [
    ...new Set(
      dicts(at(object, 'spec', 'rules'))
        .map((rule) => text(rule['host']))
        .filter(Boolean),
    ),
  ];
  return hosts.length === 0 ? '*' : hosts.length > 3 ? `${hosts.slice(0, 3).join(',')} + ${hosts.length - 3} more...` : hosts.join(',');
}

export function requestState(object: Obj): string {
  const on = (type: string): boolean => dicts(at(object, 'status', 'conditions')).some((one) => one['type'] === type);
  const decided = on('Denied') ? 'Denied' : on('Approved') ? 'Approved' : 'Pending';
  return `${decided}${on('Failed') ? ',Failed' : ''}${text(at(object, 'status', 'certificate')) ? ',Issued' : ''}`;
}

const shortened = (all: readonly string[]): string =>
  all.length > 3 ? `${all.slice(0, 3).join(',')} + ${all.length - 3} more...` : all.join(',');

export const slicePorts = (object: Obj): string =>
  shortened(dicts(object['ports']).map((port) => (port['port'] === undefined ? '*' : String(port['port'])))) || '<unset>';
export const sliceAddresses = (object: Obj): string =>
  shortened(dicts(object['endpoints']).flatMap((one) => texts(one['addresses']))) || '<unset>';
