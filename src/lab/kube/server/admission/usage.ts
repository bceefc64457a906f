/** What an object uses of the resources that quotas count. */
import { at, type Dict, dict, dicts, type Obj, text } from '../json.ts';
import type { Resource } from '../kinds/resource.ts';
import { addQuantities } from '../schema/quantity.ts';

export interface Usage {
  readonly [resource: string]: string;
}

export const addUsage = (a: Usage, b: Usage): Usage => ({
  ...a,
  ...Object.fromEntries(Object.entries(b).map(([name, value]) => [name, addQuantities(a[name] ?? '0', value)])),
});

const counted = new Set(['pods', 'services', 'secrets', 'configmaps', 'persistentvolumeclaims', 'resourcequotas']);

export function usageOf({ group, plural, bucket }: Resource, object: Obj): Usage {
  const own = group === '' && counted.has(plural) ? { [plural]: '1' } : {};
  const count = { [`count/${plural}${group ? `.${group}` : ''}`]: '1' };
  if (bucket === '/pods') {
    const isOver = ['Succeeded', 'Failed'].includes(text(at(object, 'status', 'phase')));
    return isOver ? count : { ...count, ...own, ...podUsage(object) };
  }
  if (bucket === '/persistentvolumeclaims') return { ...count, ...own, ...claimUsage(object) };
  return { ...count, ...own };
}

function podUsage(pod: Obj): Usage {
  const parts = (part: string): Dict[] => dicts(at(pod, 'spec', 'containers')).map((one) => dict(dict(one['resources'])[part]));
  const named = (values: Dict, prefixes: readonly string[]): Usage =>
    Object.fromEntries(Object.entries(values).flatMap(([name, value]) => prefixes.map((prefix) => [`${prefix}${name}`, text(value)])));
  const requests = parts('requests').map((one) => named(one, ['requests.', '']));
  const limits = parts('limits').map((one) => named(one, ['limits.']));
  return [...requests, ...limits].reduce(addUsage, {});
}

function claimUsage(claim: Obj): Usage {
  const storage = text(at(claim, 'spec', 'resources', 'requests', 'storage')) || '0';
  const storageClass = text(at(claim, 'spec', 'storageClassName'));
  const ofClass = `${storageClass}.storageclass.storage.k8s.io`;
  return {
    'requests.storage': storage,
    ...(storageClass ? { [`${ofClass}/requests.storage`]: storage, [`${ofClass}/persistentvolumeclaims`]: '1' } : {}),
  };
}

/** Resources that a quota on them obliges every container to ask for: resource → names of containers that do not. */
export function unspecified(pod: Obj, hard: Dict): [string, string[]][] {
  const compute = /^(requests\.|limits\.|)(cpu|memory)$/;
  return Object.keys(hard)
    .sort()
    .flatMap((resource) => {
      const [, prefix = '', name = ''] = compute.exec(resource) ?? [];
      if (!name) return [];
      const part = prefix === 'limits.' ? 'limits' : 'requests';
      const without = dicts(at(pod, 'spec', 'containers')).filter((one) => at(one, 'resources', part, name) === undefined);
      return without.length > 0 ? [[resource, without.map((one) => text(one['name']))] as [string, string[]]] : [];
    });
}
