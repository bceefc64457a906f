/** Limit ranges of a namespace: what they fill in for a container, and what they refuse. After the LimitRanger admission plugin. */
import type { Api } from '../api.ts';
import { forbidden } from '../http/status.ts';
import { at, type Dict, dict, dicts, type Obj, text } from '../json.ts';
import type { Resource } from '../kinds/resource.ts';
import { addQuantities, compareQuantities, quantityNumber } from '../schema/quantity.ts';

const annotation = 'kubernetes.io/limit-ranger';
const itemsOf = (api: Api, namespace: string | undefined): Dict[] =>
  api.store.list('/limitranges', namespace).flatMap((range) => dicts(at(range, 'spec', 'limits')));

/** Fills in what the containers of a new pod leave out; says so in an annotation. */
export function fillLimits(api: Api, object: Obj, resource: Resource): void {
  if (resource.bucket !== '/pods') return;
  const spec = dict(object['spec']);
  const notes = itemsOf(api, object.metadata.namespace)
    .filter((one) => one['type'] === 'Container')
    .flatMap((limit) => [
      ...dicts(spec['containers']).flatMap((one) => fill(one, limit, 'container')),
      ...dicts(spec['initContainers']).flatMap((one) => fill(one, limit, 'init container')),
    ]);
  if (notes.length === 0) return;
  object.metadata.annotations = { ...object.metadata.annotations, [annotation]: `LimitRanger plugin set: ${notes.join('; ')}` };
}

function fill(container: Dict, limit: Dict, word: string): string[] {
  const resources = dict(container['resources']);
  const missing = (part: string, defaults: string): string[] => {
    const given = dict(resources[part]);
    const added = Object.keys(dict(limit[defaults]))
      .filter((name) => given[name] === undefined)
      .sort();
    if (added.length === 0) return [];
    resources[part] = { ...given, ...Object.fromEntries(added.map((name) => [name, dict(limit[defaults])[name]])) };
    return [`${added.join(', ')} ${part === 'requests' ? 'request' : 'limit'} for ${word} ${text(container['name'])}`];
  };
  const notes = [...missing('requests', 'defaultRequest'), ...missing('limits', 'default')];
  container['resources'] = resources;
  return notes;
}

/** Throws 403 for a pod or claim that is larger or smaller than is allowed. */
export function checkLimits(api: Api, object: Obj, resource: Resource): void {
  const items = itemsOf(api, object.metadata.namespace);
  const of = (type: string): Dict[] => items.filter((one) => one['type'] === type);
  const wrong: string[] = [];
  if (resource.bucket === '/persistentvolumeclaims') {
    wrong.push(
      ...of('PersistentVolumeClaim').flatMap((limit) => claimComplaints(limit, dict(at(object, 'spec', 'resources', 'requests')))),
    );
  } else if (resource.bucket === '/pods') {
    const containers = dicts(at(object, 'spec', 'containers')).map((one) => dict(one['resources']));
    wrong.push(...of('Container').flatMap((limit) => containers.flatMap((one) => complaints(limit, one))));
    const whole = { requests: sum(containers, 'requests'), limits: sum(containers, 'limits') };
    wrong.push(...of('Pod').flatMap((limit) => complaints(limit, whole)));
  }
  if (wrong.length > 0)
    throw forbidden(resource, object.metadata.name ?? '', wrong.length === 1 ? (wrong[0] ?? '') : `[${wrong.join(', ')}]`);
}

function sum(containers: readonly Dict[], part: string): Dict {
  const total: Dict = {};
  for (const one of containers)
    for (const [name, value] of Object.entries(dict(one[part]))) total[name] = addQuantities(text(total[name]) || '0', text(value));
  return total;
}

function claimComplaints(limit: Dict, requests: Dict): string[] {
  const asked = text(requests['storage']) || '0';
  const say = (word: string, bound: string): string =>
    `${word} storage usage per PersistentVolumeClaim is ${bound}, but request is ${asked}`;
  const [least, most] = [text(dict(limit['min'])['storage']), text(dict(limit['max'])['storage'])];
  return [
    ...(least && compareQuantities(asked, least) < 0 ? [say('minimum', least)] : []),
    ...(most && compareQuantities(asked, most) > 0 ? [say('maximum', most)] : []),
  ];
}

function complaints(limit: Dict, resources: Dict): string[] {
  const type = text(limit['type']);
  const [requests, limits] = [dict(resources['requests']), dict(resources['limits'])];
  const each = (part: string, check: (name: string, bound: string) => string | undefined): string[] =>
    Object.entries(dict(limit[part])).flatMap(([name, bound]) => check(name, text(bound)) ?? []);
  return [
    ...each('min', (name, bound) => {
      const [request, most] = [text(requests[name]), text(limits[name])];
      const head = `minimum ${name} usage per ${type} is ${bound}`;
      if (!request) return `${head}.  No request is specified`;
      if (compareQuantities(request, bound) < 0) return `${head}, but request is ${request}`;
      return most && compareQuantities(most, bound) < 0 ? `${head}, but limit is ${most}` : undefined;
    }),
    ...each('max', (name, bound) => {
      const [request, most] = [text(requests[name]), text(limits[name])];
      const head = `maximum ${name} usage per ${type} is ${bound}`;
      if (!most) return `${head}.  No limit is specified`;
      if (compareQuantities(most, bound) > 0) return `${head}, but limit is ${most}`;
      return request && compareQuantities(request, bound) > 0 ? `${head}, but request is ${request}` : undefined;
    }),
    ...each('maxLimitRequestRatio', (name, bound) => {
      const [request, most] = [quantityNumber(text(requests[name]) || '0'), quantityNumber(text(limits[name]) || '0')];
      const head = `${name} max limit to request ratio per ${type} is ${bound}`;
      if (request === 0) return `${head}, but no request is specified or request is 0`;
      if (most === 0) return `${head}, but no limit is specified or limit is 0`;
      return most / request > quantityNumber(bound) ? `${head}, but provided ratio is ${(most / request).toFixed(6)}` : undefined;
    }),
  ];
}
