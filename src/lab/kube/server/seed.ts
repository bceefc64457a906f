/** Objects that are there from the beginning. */
import type { Api } from './api.ts';
import type { Obj } from './json.ts';
import { keyFor } from './store/store.ts';
import { bodyRefusal, decode } from './verbs/decode.ts';
import { create } from './verbs/write.ts';

/** Creates what is not there yet; throws the server's refusal, or names a kind that is not served. */
export function seed(api: Api, objects: readonly Obj[], manager: string): void {
  for (const object of objects) {
    const resource = api.registry.ofKind(object.apiVersion, object.kind);
    if (!resource) throw new Error(`${object.apiVersion} ${object.kind} "${object.metadata.name}": no such kind is served`);
    const value = decode(
      resource,
      { value: object, complaints: [] },
      { validation: 'Strict', warnings: [], refuse: bodyRefusal(resource, object) },
    );
    if (resource.namespaced) value.metadata.namespace = object.metadata.namespace ?? 'default';
    if (api.store.get(resource.bucket, keyFor(value.metadata.namespace, object.metadata.name ?? ''))) continue;
    const made = create(api, value, { resource, manager, dryRun: false, subresource: '' });
    // A status given here is what the cluster was found with.
    if (object['status'] !== undefined && resource.bucket !== 'apiextensions.k8s.io/customresourcedefinitions') {
      api.store.put(resource.bucket, { ...made, status: value['status'] });
    }
  }
}
