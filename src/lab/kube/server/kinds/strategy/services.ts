import { type Cause, invalidValue, notSupported, required } from '../../http/status.ts';
import { type Dict, dict, dicts, type Obj, text } from '../../json.ts';
import { setIfMissing } from './pod-defaults.ts';
import type { Strategy } from './strategy.ts';

const spec = (object: Obj): Dict => dict(object['spec']);
const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

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
