/** Deployments and the other kinds that hold a pod template. */
import { type Cause, forbiddenField, invalidValue, notSupported, required } from '../../http/status.ts';
import { at, type Dict, dict, dicts, number, type Obj, same, text } from '../../json.ts';
import { matchesSelector } from '../../store/labels.ts';
import { immutable } from './names.ts';
import { defaultPodSpec, setIfMissing } from './pod-defaults.ts';
import { podSpecCauses } from './pod-validation.ts';
import type { Strategy } from './strategy.ts';

const spec = (object: Obj): Dict => dict(object['spec']);
const template = (object: Obj): Dict => dict(at(object, 'spec', 'template', 'spec'));
const always = { restartPolicies: ['Always'] };

/** The selector is there, chooses the template, and stays; the template is a pod's. */
function templateCauses(object: Obj, live: Obj | undefined): Cause[] {
  const { selector } = spec(object);
  const labels = at(object, 'spec', 'template', 'metadata', 'labels');
  const causes: Cause[] = [];
  if (selector === undefined || selector === null) causes.push(required('spec.selector'));
  else if (Object.keys(dict(selector)).length === 0)
    causes.push(invalidValue('spec.selector', selector, 'empty selector is invalid for deployment'));
  if (!matchesSelector(selector, dict(labels) as Record<string, string>)) {
    causes.push(invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'));
  }
  causes.push(...podSpecCauses(template(object), 'spec.template.spec', always));
  if (live) causes.push(...immutable('spec.selector', selector, spec(live)['selector']));
  return causes;
}

function countCauses(object: Obj, names: readonly string[]): Cause[] {
  return names.flatMap((name) => {
    const count = number(spec(object)[name]);
    return count < 0 ? [invalidValue(`spec.${name}`, count, 'must be greater than or equal to 0')] : [];
  });
}

export const deployments: Strategy = {
  counts: true,
  defaults(object) {
    defaultPodSpec(template(object));
    setIfMissing(spec(object), { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
    const strategy = dict(spec(object)['strategy']);
    setIfMissing(strategy, { type: 'RollingUpdate' });
    if (strategy['type'] !== 'RollingUpdate') return;
    setIfMissing(strategy, { rollingUpdate: {} });
    setIfMissing(dict(strategy['rollingUpdate']), { maxUnavailable: '25%', maxSurge: '25%' });
  },
  validate(object, live) {
    const strategy = dict(spec(object)['strategy']);
    const causes = [...countCauses(object, ['replicas']), ...templateCauses(object, live)];
    if (!['Recreate', 'RollingUpdate'].includes(text(strategy['type']))) {
      causes.push(
        notSupported('spec.strategy', { Type: strategy['type'], RollingUpdate: strategy['rollingUpdate'] ?? null }, [
          'Recreate',
          'RollingUpdate',
        ]),
      );
    } else if (strategy['type'] === 'Recreate' && strategy['rollingUpdate'] !== undefined) {
      causes.push(forbiddenField('spec.strategy.rollingUpdate', "may not be specified when strategy `type` is 'Recreate'"));
    }
    return causes;
  },
};

export const replicasets: Strategy = {
  counts: true,
  defaults(object) {
    defaultPodSpec(template(object));
    setIfMissing(spec(object), { replicas: 1 });
  },
  validate: (object, live) => [...countCauses(object, ['replicas']), ...templateCauses(object, live)],
};

export const replicationControllers: Strategy = {
  counts: true,
  defaults(object) {
    const labels = at(object, 'spec', 'template', 'metadata', 'labels');
    defaultPodSpec(template(object));
    setIfMissing(spec(object), { replicas: 1, ...(labels ? { selector: labels } : {}) });
    if (labels && Object.keys(dict(object.metadata.labels)).length === 0)
      object.metadata.labels = { ...(labels as Record<string, string>) };
  },
  validate: (object) => countCauses(object, ['replicas']),
};

export const podTemplates: Strategy = { counts: true, defaults: (object) => defaultPodSpec(dict(at(object, 'template', 'spec'))) };

const templateGeneration = 'deprecated.daemonset.template.generation';

export const daemonsets: Strategy = {
  counts: true,
  defaults(object) {
    defaultPodSpec(template(object));
    setIfMissing(spec(object), { revisionHistoryLimit: 10 });
    const strategy = dict(spec(object)['updateStrategy']);
    setIfMissing(strategy, { type: 'RollingUpdate' });
    if (strategy['type'] !== 'RollingUpdate') return;
    setIfMissing(strategy, { rollingUpdate: {} });
    setIfMissing(dict(strategy['rollingUpdate']), { maxUnavailable: 1, maxSurge: 0 });
  },
  prepare(object, live) {
    const before = Number(live?.metadata.annotations?.[templateGeneration] ?? 0);
    const changed = !live || !same(spec(live)['template'], spec(object)['template']);
    object.metadata.annotations = { ...object.metadata.annotations, [templateGeneration]: String(changed ? before + 1 : before) };
  },
  validate: templateCauses,
};

const statefulSetFields = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

export const statefulsets: Strategy = {
  counts: true,
  defaults(object) {
    defaultPodSpec(template(object));
    setIfMissing(spec(object), { replicas: 1, revisionHistoryLimit: 10, podManagementPolicy: 'OrderedReady' });
    setIfMissing(spec(object), { persistentVolumeClaimRetentionPolicy: {} });
    setIfMissing(dict(spec(object)['persistentVolumeClaimRetentionPolicy']), { whenDeleted: 'Retain', whenScaled: 'Retain' });
    const strategy = dict(spec(object)['updateStrategy']);
    setIfMissing(strategy, { type: 'RollingUpdate' });
    if (strategy['type'] === 'RollingUpdate') {
      setIfMissing(strategy, { rollingUpdate: {} });
      setIfMissing(dict(strategy['rollingUpdate']), { partition: 0 });
    }
    for (const claim of dicts(spec(object)['volumeClaimTemplates'])) {
      Object.assign(claim, { kind: 'PersistentVolumeClaim', apiVersion: 'v1' });
      setIfMissing(dict(claim['spec']), { volumeMode: 'Filesystem' });
      setIfMissing(dict(claim['status']), { phase: 'Pending' });
    }
  },
  validate(object, live) {
    const causes = [...countCauses(object, ['replicas']), ...templateCauses(object, undefined)];
    if (!live) return causes;
    const frozen = (one: Obj): Dict => Object.fromEntries(Object.entries(spec(one)).filter(([name]) => !statefulSetFields.includes(name)));
    const [last = '', ...rest] = [...statefulSetFields].reverse();
    const words = `updates to statefulset spec for fields other than ${rest
      .reverse()
      .map((name) => `'${name}'`)
      .join(', ')} and '${last}' are forbidden`;
    return same(frozen(object), frozen(live)) ? causes : [...causes, forbiddenField('spec', words)];
  },
};

export const jobs: Strategy = {
  counts: true,
  defaults: (object) => defaultJobSpec(spec(object)),
  prepare(object, live) {
    if (live || spec(object)['manualSelector'] === true) return;
    const { uid = '', name = '' } = object.metadata;
    const labels = {
      'batch.kubernetes.io/controller-uid': uid,
      'batch.kubernetes.io/job-name': name,
      'controller-uid': uid,
      'job-name': name,
    };
    const metadata = dict(at(object, 'spec', 'template', 'metadata'));
    metadata['labels'] = { ...dict(metadata['labels']), ...labels };
    spec(object)['selector'] = { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } };
    if (Object.keys(dict(object.metadata.labels)).length === 0)
      object.metadata.labels = { ...(metadata['labels'] as Record<string, string>) };
  },
  validate(object, live) {
    const causes = [
      ...countCauses(object, ['parallelism', 'completions', 'backoffLimit']),
      ...jobTemplateCauses(template(object), 'spec.template.spec'),
    ];
    if (!live) return causes;
    const isSuspended = spec(live)['suspend'] === true;
    for (const name of ['completions', 'selector', 'completionMode', ...(isSuspended ? [] : ['template'])]) {
      causes.push(...immutable(`spec.${name}`, spec(object)[name], spec(live)[name]));
    }
    return causes;
  },
};

export const cronjobs: Strategy = {
  counts: true,
  defaults(object) {
    setIfMissing(spec(object), { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 });
    defaultPodSpec(dict(at(object, 'spec', 'jobTemplate', 'spec', 'template', 'spec')));
  },
  validate(object) {
    const schedule = text(spec(object)['schedule']);
    const causes = jobTemplateCauses(
      dict(at(object, 'spec', 'jobTemplate', 'spec', 'template', 'spec')),
      'spec.jobTemplate.spec.template.spec',
    );
    if (!schedule) causes.push(required('spec.schedule'));
    else if (/TZ/.test(schedule)) {
      causes.push(invalidValue('spec.schedule', schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'));
    } else if (!/^(@\w+|(\S+\s+){4}\S+)$/.test(schedule)) {
      causes.push(
        invalidValue('spec.schedule', schedule, `expected exactly 5 fields, found ${schedule.split(/\s+/).length}: [${schedule}]`),
      );
    }
    return causes;
  },
};

function defaultJobSpec(job: Dict): void {
  if (job['completions'] === undefined && job['parallelism'] === undefined) Object.assign(job, { completions: 1, parallelism: 1 });
  setIfMissing(job, { parallelism: 1, backoffLimit: 6, completionMode: 'NonIndexed', suspend: false, manualSelector: false });
  setIfMissing(job, { podReplacementPolicy: job['podFailurePolicy'] === undefined ? 'TerminatingOrFailed' : 'Failed' });
  defaultPodSpec(dict(dict(job['template'])['spec']));
}

function jobTemplateCauses(pod: Dict, field: string): Cause[] {
  const causes = podSpecCauses(pod, field, { restartPolicies: ['Always', 'OnFailure', 'Never'] });
  return pod['restartPolicy'] === 'Always' ? [...causes, notSupported(`${field}.restartPolicy`, 'Always', ['OnFailure', 'Never'])] : causes;
}
