/** What calls of the Kubernetes modules need to be allowed, for pb doctor: arguments as written, with OPEN where a value is not known. */
import { type KubeNeed, OPEN } from '../../core/module.ts';
import { isObject, type Json, type JsonObject } from '../../core/value.ts';

const textOf = (value: Json | undefined): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** The object that api_version, kind, namespace and name mean. */
export function needOf(given: JsonObject, verbs: readonly string[], subresource?: string): KubeNeed {
  const [namespace, name] = [textOf(given['namespace']), textOf(given['name'])];
  return {
    api_version: textOf(given['api_version']) ?? 'v1',
    kind: textOf(given['kind']) ?? OPEN,
    verbs,
    ...(subresource === undefined ? {} : { subresource }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined || name.includes(OPEN) ? {} : { name }),
  };
}

/** The objects of a k8s_apply: its manifests where they stand in the playbook, else what its arguments say. */
export function manifestNeeds(given: JsonObject): readonly KubeNeed[] {
  const all = given['state'] === 'absent' && (given['delete_all'] === true || given['label_selectors'] !== undefined);
  const verbs = [
    ...(all ? ['list', 'delete'] : given['state'] === 'absent' ? ['get', 'delete'] : ['get', 'create', 'patch']),
    ...(given['wait'] === true ? ['list', 'watch'] : []),
  ];
  const { definition } = given;
  const manifests = Array.isArray(definition) ? (definition as readonly Json[]) : [definition ?? (given['kind'] === undefined ? OPEN : {})];
  return manifests.map((manifest) => {
    if (!isObject(manifest)) return { api_version: OPEN, kind: OPEN, verbs };
    const { apiVersion, kind, metadata } = manifest as JsonObject;
    const inner = isObject(metadata) ? (metadata as JsonObject) : {};
    const named = { api_version: apiVersion, kind, namespace: inner['namespace'], name: inner['name'] };
    const known = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined)) as JsonObject;
    return needOf({ ...given, ...known }, verbs);
  });
}
