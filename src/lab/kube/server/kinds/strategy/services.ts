import type { Api } from '../../api.ts';
import { type Cause, invalidValue, notSupported, required } from '../../http/status.ts';
import { type Dict, dict, dicts, type Obj, text } from '../../json.ts';
import { setIfMissing } from './pod-defaults.ts';
import type { Strategy } from './strategy.ts';

const spec = (object: Obj): Dict => dict(object['spec']);
const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

const NODE_PORTS = { first: 30_000, last: 32_767 };

function giveNodePorts(object: Obj, api: Api): void {
  const others = api.store.list('/services').filter(({ metadata }) => metadata.uid !== object.metadata.uid);
  const taken = new Set([...others, object].flatMap((one) => dicts(spec(one)['ports']).map((port) => port['nodePort'])));
  let next = NODE_PORTS.first;
  for (const port of dicts(spec(object)['ports'])) {
    while (taken.has(next) && next < NODE_PORTS.last) next++;
    if (!port['nodePort']) port['nodePort'] = next++;
  }
}

export const services: Strategy = {
  returnsDeleted: true,
  defaults(object) {
    setIfMissing(spec(object), { sessionAffinity: 'None', type: 'ClusterIP' });
    if (spec(object)['type'] !== 'ExternalName') setIfMissing(spec(object), { internalTrafficPolicy: 'Cluster' });
    for (const port of dicts(spec(object)['ports'])) {
      setIfMissing(port, { protocol: 'TCP', targetPort: port['port'] ?? 0 });
    }
  },
  prepare(object, live, api) {
    const now = spec(object);
    const before = live ? spec(live) : {};
    if (now['type'] === 'ExternalName') return;
    for (const name of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'])
      if (now[name] === undefined && before[name] !== undefined) now[name] = before[name];
    const isHeadless = now['clusterIP'] === 'None';
    if (now['clusterIP'] === undefined) now['clusterIP'] = api.nextClusterIP();
    // A headless Service without a selector may have addresses of both families.
    const isDual = isHeadless && Object.keys(dict(now['selector'])).length === 0;
    setIfMissing(now, {
      clusterIPs: [now['clusterIP']],
      ipFamilies: isDual ? ['IPv4', 'IPv6'] : ['IPv4'],
      ipFamilyPolicy: isDual ? 'RequireDualStack' : 'SingleStack',
    });
    if (types.indexOf(text(now['type'])) > 1) giveNodePorts(object, api);
    if (!live) object['status'] = { loadBalancer: {} };
  },
  validate(object, live) {
    const now = spec(object);
    const causes: Cause[] = [];
    if (!types.includes(text(now['type']))) causes.push(notSupported('spec.type', now['type'], types));
    const ports = dicts(now['ports']);
    if (ports.length === 0 && now['clusterIP'] !== 'None' && now['type'] !== 'ExternalName') causes.push(required('spec.ports'));
    ports.forEach((port, index) => {
      const field = `spec.ports[${index}]`;
      if (ports.length > 1 && !text(port['name'])) causes.push(required(`${field}.name`));
      for (const name of ['port', 'targetPort']) {
        const number = port[name] ?? 0;
        if (typeof number === 'number' && (number < 1 || number > 65535))
          causes.push(invalidValue(`${field}.${name}`, number, 'must be between 1 and 65535, inclusive'));
      }
    });
    const before = live && spec(live)['clusterIP'];
    if (before !== undefined && before !== now['clusterIP'] && now['type'] === 'ClusterIP') {
      causes.push(invalidValue('spec.clusterIPs[0]', [now['clusterIP']], 'may not change once set'));
    }
    return causes;
  },
};
