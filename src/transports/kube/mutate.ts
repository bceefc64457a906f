/** The requests that change something: the reader sends them with dryRun=All, the writer without. */
import type { KubeStep } from '../../core/change.ts';
import { type KubeObject, kubeName, refOf } from '../../core/kube.ts';
import type { Served } from './discovery.ts';
import type { Ask, Query } from './http.ts';
import { pathOf } from './paths.ts';
import type { Again } from './patience.ts';

export const MANAGER = 'pb';

/** Strict: a field the schema does not have is an error, not silence. */
const WRITING: Query = { fieldManager: MANAGER, fieldValidation: 'Strict' };
const DRY: Query = { dryRun: 'All' };

export function applyAsk(manifest: KubeObject, served: Served, how: { readonly force: boolean; readonly dry: boolean }): Ask {
  return {
    method: 'PATCH',
    path: pathOf(manifest.apiVersion, served, refOf(manifest)),
    query: { ...WRITING, force: how.force, ...(how.dry ? DRY : {}) },
    contentType: 'application/apply-patch+yaml',
    // JSON is YAML, and cannot be misread.
    body: JSON.stringify(manifest),
  };
}

type PatchStep = Extract<KubeStep, { do: 'kube.patch' }>;

const CONTENT = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const;

export function patchAsk(step: PatchStep, served: Served, dry: boolean): Ask {
  const { ref, type } = step;
  return {
    method: 'PATCH',
    path: `${pathOf(ref.apiVersion, served, ref)}${step.subresource ? `/${step.subresource}` : ''}`,
    query: { ...WRITING, ...(dry ? DRY : {}) },
    contentType: CONTENT[type],
    body: JSON.stringify(withVersion(step)),
  };
}

/** The condition travels in the patch itself: 409 if the object is another one by now. */
function withVersion({ type, patch, resourceVersion }: PatchStep): unknown {
  if (resourceVersion === undefined) return patch;
  if (type === 'json') return [{ op: 'test', path: '/metadata/resourceVersion', value: resourceVersion }, ...(patch as readonly unknown[])];
  const { metadata = {}, ...rest } = patch as { metadata?: object };
  return { ...rest, metadata: { ...metadata, resourceVersion } };
}

/** A JSON patch may append, and one bound to a version refuses its own repetition: they are not sent twice. */
export const againPatch = (step: PatchStep): Again => (step.type === 'json' || step.resourceVersion !== undefined ? 'unsent' : 'always');

export function deleteAsk(step: Extract<KubeStep, { do: 'kube.delete' }>, served: Served): Ask {
  const options = {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    ...(step.uid ? { preconditions: { uid: step.uid } } : {}),
    ...(step.propagation ? { propagationPolicy: step.propagation } : {}),
    ...(step.grace === undefined ? {} : { gracePeriodSeconds: step.grace }),
  };
  return { method: 'DELETE', path: pathOf(step.ref.apiVersion, served, step.ref), body: JSON.stringify(options) };
}

/** `apply Deployment ns/name`: how errors name what was being done. */
export const doing = (step: KubeStep): string =>
  step.do === 'kube.apply' ? `apply ${kubeName(refOf(step.manifest))}` : `${step.do.slice('kube.'.length)} ${kubeName(step.ref)}`;
