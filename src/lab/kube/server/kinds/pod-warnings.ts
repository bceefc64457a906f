/** Warnings about pods and the templates of pods. */
import { type Dict, dict, dicts, text } from '../json.ts';
import { byteWarnings, labelWarning } from './warning-words.ts';

const critical = 'scheduler.alpha.kubernetes.io/critical-pod';

/** `field` is what stands before `metadata` and `spec`. */
export function podWarnings(pod: Dict, field: string): string[] {
  const spec = dict(pod['spec']);
  const annotations = dict(dict(pod['metadata'])['annotations']);
  const of = `${field}spec`;
  return [
    ...Object.keys(dict(spec['nodeSelector'])).flatMap((label) => labelWarning(`${of}.nodeSelector[${label}]`, label)),
    ...repeated(dicts(spec['hostAliases']), (one) => text(one['ip'])).map(
      ({ index, key }) => `${of}.hostAliases[${index}].ip: duplicate ip ${JSON.stringify(key)}`,
    ),
    ...dicts(spec['imagePullSecrets']).flatMap((one, index) =>
      text(one['name']) === '' ? [`${of}.imagePullSecrets[${index}].name: invalid empty name ""`] : [],
    ),
    ...dicts(spec['volumes']).flatMap((one, index) =>
      one['gitRepo'] === undefined ? [] : [`${of}.volumes[${index}].gitRepo: deprecated in v1.11, and disabled by default in v1.33+`],
    ),
    ...(annotations[critical] === undefined
      ? []
      : [`${field}metadata.annotations[${critical}]: non-functional in v1.16+; use the "priorityClassName" field instead`]),
    ...dicts(spec['initContainers']).flatMap((one, index) => containerWarnings(one, `${of}.initContainers[${index}]`)),
    ...dicts(spec['containers']).flatMap((one, index) => containerWarnings(one, `${of}.containers[${index}]`)),
  ];
}

function containerWarnings(container: Dict, field: string): string[] {
  const variables = repeated(dicts(container['env']), (one) => text(one['name']));
  const ports = repeated(
    dicts(container['ports']),
    (one) => `${one['containerPort']}/${one['protocol']}/${one['hostPort']}/${text(one['hostIP'])}`,
  );
  return [
    ...variables.map(
      ({ index, key }) => `${field}.env[${index}]: hides previous definition of "${key}", which may be dropped when using apply`,
    ),
    ...ports.map(({ index, first }) => `${field}.ports[${index}]: duplicate port definition with ${field}.ports[${first}]`),
    ...byteWarnings(container['resources'], `${field}.resources`),
  ];
}

/** Items with a key that an earlier one has. */
function repeated(items: readonly Dict[], keyOf: (one: Dict) => string): { index: number; first: number; key: string }[] {
  const keys = items.map(keyOf);
  return keys.map((key, index) => ({ index, first: keys.indexOf(key), key })).filter(({ index, first }) => first < index);
}
