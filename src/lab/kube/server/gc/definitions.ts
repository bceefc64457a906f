/** Serves what custom resource definitions define, and removes the objects of a definition that goes. */
import type { Api } from '../api.ts';
import { dict, text } from '../json.ts';

const bucket = 'apiextensions.k8s.io/customresourcedefinitions';

export function serveDefinitions(api: Api): () => void {
  return api.store.onChange((change) => {
    if (change.bucket !== bucket) return;
    api.registry.setCustom(() => api.store.list(bucket));
    if (change.type !== 'DELETED') return;
    const spec = dict(change.object['spec']);
    const objects = `${text(spec['group'])}/${text(dict(spec['names'])['plural'])}`;
    // After the definition's own deletion was told to everybody.
    setImmediate(() => {
      for (const one of api.store.list(objects)) api.store.remove(objects, one);
    });
  });
}
