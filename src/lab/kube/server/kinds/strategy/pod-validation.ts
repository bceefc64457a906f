/** What a pod's spec must be. */
import { type Cause, duplicate, invalidValue, missingField, notSupported, required } from '../../http/status.ts';
import { type Dict, dicts, list, text } from '../../json.ts';
import { labelCauses } from './names.ts';

export interface PodRules {
  readonly restartPolicies: readonly string[];
}

export function podSpecCauses(spec: Dict, at: string, { restartPolicies }: PodRules): Cause[] {
  const causes: Cause[] = [];
  const volumes = dicts(spec['volumes']).map((one) => text(one['name']));
  dicts(spec['volumes']).forEach((volume, index) => {
    const name = text(volume['name']);
    if (!name) causes.push(required(`${at}.volumes[${index}].name`));
    else causes.push(...labelCauses(name, `${at}.volumes[${index}].name`));
    if (volumes.indexOf(name) < index) causes.push(duplicate(`${at}.volumes[${index}].name`, name));
    if (Object.keys(volume).length > 2)
      causes.push({
        ...required(`${at}.volumes[${index}]`),
        reason: 'FieldValueForbidden',
        message: 'Forbidden: may not specify more than 1 volume type',
      });
  });
  const containers = dicts(spec['containers']);
  if (containers.length === 0) causes.push(required(`${at}.containers`));
  const names: string[] = [];
  for (const [field, all] of [
    ['containers', containers],
    ['initContainers', dicts(spec['initContainers'])],
  ] as const) {
    all.forEach((container, index) => {
      causes.push(...containerCauses(container, `${at}.${field}[${index}]`, { volumes, names }));
      names.push(text(container['name']));
    });
  }
  const policy = text(spec['restartPolicy']);
  if (containers.length > 0 && !restartPolicies.includes(policy)) causes.push(notSupported(`${at}.restartPolicy`, policy, restartPolicies));
  return causes;
}

function containerCauses(
  container: Dict,
  at: string,
  known: { readonly volumes: readonly string[]; readonly names: readonly string[] },
): Cause[] {
  const causes: Cause[] = [];
  const name = text(container['name']);
  if (!name) causes.push(required(`${at}.name`));
  else if (known.names.includes(name)) causes.push(duplicate(`${at}.name`, name));
  else causes.push(...labelCauses(name, `${at}.name`));
  const image = text(container['image']);
  if (!image) causes.push(required(`${at}.image`));
  else if (image !== image.trim()) causes.push(invalidValue(`${at}.image`, image, 'must not have leading or trailing whitespace'));
  dicts(container['ports']).forEach((port, index) => {
    const number = Number(port['containerPort'] ?? 0);
    if (number === 0) causes.push(required(`${at}.ports[${index}].containerPort`));
    else if (number < 0 || number > 65535)
      causes.push(invalidValue(`${at}.ports[${index}].containerPort`, number, 'must be between 1 and 65535, inclusive'));
  });
  dicts(container['volumeMounts']).forEach((mount, index) => {
    const volume = text(mount['name']);
    if (!volume) causes.push(required(`${at}.volumeMounts[${index}].name`));
    else if (!known.volumes.includes(volume)) causes.push(missingField(`${at}.volumeMounts[${index}].name`, volume));
    if (!text(mount['mountPath'])) causes.push(required(`${at}.volumeMounts[${index}].mountPath`));
  });
  list(container['env']).forEach((one, index) => {
    if (!text((one as Dict)['name'])) causes.push(required(`${at}.env[${index}].name`));
  });
  return causes;
}
