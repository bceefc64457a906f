/** Claims, volumes and storage classes. */

import { type Cause, forbiddenField, invalidValue, notSupported, required } from '../../http/status.ts';
import { at, copy, type Dict, dict, list, type Obj, same, text, texts, timestamp } from '../../json.ts';
import { compareQuantities } from '../../schema/quantity.ts';
import { goClaimSpec, hunk } from './claim-text.ts';
import { immutable } from './names.ts';
import { setIfMissing } from './pod-defaults.ts';
import type { Strategy } from './strategy.ts';

const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
const spec = (object: Obj): Dict => dict(object['spec']);
const frozenClaim = 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';

function modeCauses(object: Obj): Cause[] {
  const modes = texts(spec(object)['accessModes']);
  if (modes.length === 0) return [required('spec.accessModes', 'at least 1 access mode is required')];
  return modes.filter((mode) => !accessModes.includes(mode)).map((mode) => notSupported('spec.accessModes', mode, accessModes));
}

const volumeModeCauses = (object: Obj): Cause[] => {
  const mode = spec(object)['volumeMode'];
  return ['Block', 'Filesystem'].includes(text(mode)) ? [] : [notSupported('spec.volumeMode', mode, ['Block', 'Filesystem'])];
};

const addFinalizer = (object: Obj, name: string): void => {
  if (!object.metadata.finalizers?.includes(name)) object.metadata.finalizers = [...(object.metadata.finalizers ?? []), name];
};

export const claims: Strategy = {
  returnsDeleted: true,
  defaults(object) {
    setIfMissing(spec(object), { volumeMode: 'Filesystem' });
    setIfMissing(dict(object['status']), { phase: 'Pending' });
  },
  admit(object, api) {
    addFinalizer(object, 'kubernetes.io/pvc-protection');
    if (spec(object)['storageClassName'] !== undefined) return;
    const isDefault = (one: Obj): boolean => one.metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true';
    const newest = api.store
      .list('storage.k8s.io/storageclasses')
      .filter(isDefault)
      .sort((a, b) => (text(a.metadata.creationTimestamp) < text(b.metadata.creationTimestamp) ? 1 : -1))[0];
    if (newest) spec(object)['storageClassName'] = newest.metadata.name;
  },
  prepare(object, live) {
    if (!live) object['status'] = { phase: 'Pending' };
  },
  validate(object, live) {
    const causes = [...modeCauses(object)];
    const storage = text(at(object, 'spec', 'resources', 'requests', 'storage'));
    if (!storage) causes.push(required('spec.resources[storage]'));
    else if (compareQuantities(storage, '0') <= 0)
      causes.push(invalidValue('spec.resources[storage]', storage, 'must be greater than zero'));
    causes.push(...volumeModeCauses(object));
    return live ? [...causes, ...claimChangeCauses(object, live)] : causes;
  },
};

function claimChangeCauses(object: Obj, live: Obj): Cause[] {
  const [now, before] = [copy(spec(object)), copy(spec(live))];
  const [size, had] = [text(at(now, 'resources', 'requests', 'storage')), text(at(before, 'resources', 'requests', 'storage'))];
  // A binder sets the volume's name once; a class may be given to a claim that has none.
  if (!before['volumeName']) before['volumeName'] = now['volumeName'];
  if (before['storageClassName'] === undefined) before['storageClassName'] = now['storageClassName'];
  const isBound = at(live, 'status', 'phase') === 'Bound';
  if (isBound) {
    dict(before['resources'])['requests'] = dict(now['resources'])['requests'];
    before['volumeAttributesClassName'] = now['volumeAttributesClassName'];
  }
  if (!same(clean(now), clean(before))) return [forbiddenField('spec', `${frozenClaim}\n${hunk(goClaimSpec(before), goClaimSpec(now))}`)];
  if (isBound && compareQuantities(size, had) < 0) {
    return [forbiddenField('spec.resources.requests.storage', 'field can not be less than status.capacity')];
  }
  return [];
}

const clean = (value: Dict): unknown => JSON.parse(JSON.stringify(value));

const notSources = [
  'capacity',
  'accessModes',
  'claimRef',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'mountOptions',
  'volumeMode',
  'nodeAffinity',
  'volumeAttributesClassName',
];
const sourcesOf = (object: Obj): string[] => Object.keys(spec(object)).filter((name) => !notSources.includes(name));

export const volumes: Strategy = {
  returnsDeleted: true,
  defaults(object) {
    setIfMissing(spec(object), { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' });
    setIfMissing(dict(object['status']), { phase: 'Pending' });
    const path = spec(object)['hostPath'];
    if (path !== undefined) setIfMissing(dict(path), { type: '' });
  },
  admit: (object) => addFinalizer(object, 'kubernetes.io/pv-protection'),
  prepare(object, live, api) {
    if (!live) object['status'] = { phase: 'Pending', lastPhaseTransitionTime: timestamp(api.now()) };
    else if (
      at(live, 'status', 'phase') !== at(object, 'status', 'phase') &&
      at(live, 'status', 'lastPhaseTransitionTime') === at(object, 'status', 'lastPhaseTransitionTime')
    ) {
      dict(object['status'])['lastPhaseTransitionTime'] = timestamp(api.now());
    }
  },
  validate(object, live) {
    const causes: Cause[] = [];
    const modes = list(spec(object)['accessModes']);
    if (modes.length === 0) causes.push(required('spec.accessModes'));
    else causes.push(...modeCauses(object));
    const capacity = spec(object)['capacity'];
    if (Object.keys(dict(capacity)).length === 0) causes.push(required('spec.capacity'));
    if (at(capacity, 'storage') === undefined) causes.push(notSupported('spec.capacity', capacity, ['storage']));
    const sources = sourcesOf(object);
    if (sources.length === 0) causes.push(required('spec', 'must specify a volume type'));
    if (spec(object)['local'] !== undefined && at(object, 'spec', 'nodeAffinity', 'required') === undefined) {
      causes.push(required('spec.nodeAffinity', 'Local volume requires node affinity'));
    }
    causes.push(...volumeModeCauses(object));
    if (live && !sources.every((name) => same(spec(object)[name], spec(live)[name]))) {
      causes.push(forbiddenField('spec.persistentvolumesource', 'spec.persistentvolumesource is immutable after creation'));
    }
    return causes;
  },
};

export const storageClasses: Strategy = {
  returnsDeleted: true,
  defaults: (object) => setIfMissing(object, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
  validate(object, live) {
    if (live) {
      const fields = ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'];
      return fields.flatMap((name) => immutable(name, object[name], live[name]));
    }
    const causes: Cause[] = [];
    if (!text(object['provisioner'])) causes.push(required('provisioner'));
    for (const [name, known] of [
      ['reclaimPolicy', ['Delete', 'Retain']],
      ['volumeBindingMode', ['Immediate', 'WaitForFirstConsumer']],
    ] as const) {
      if (!known.some((one) => one === object[name])) causes.push(notSupported(name, object[name], known));
    }
    return causes;
  },
};
