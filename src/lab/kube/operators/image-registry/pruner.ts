/** The ImagePruner: its CronJob and its conditions. */
import type { Context } from '../context.ts';
import { CRON_JOB, IMAGE_CONFIG, IMAGE_PRUNER } from '../kinds.ts';
import { type NewCondition, withConditions } from '../toolkit/conditions.ts';
import { on } from '../toolkit/controller.ts';
import { covers } from '../toolkit/objects.ts';
import { prunerCronJob } from './resources.ts';

export function startPruner(context: Context): void {
  const { client, faults } = context;
  const pruners = context.cache(IMAGE_PRUNER);
  const images = context.cache(IMAGE_CONFIG);

  const controller = context.controller('image-pruner', [on(pruners), on(images)], async (key) => {
    const pruner = await client.get(IMAGE_PRUNER, { name: key });
    if (!pruner) return undefined;
    const job = prunerCronJob(pruner, images.get('cluster')?.status?.internalRegistryHostname);
    if (!(await client.ensure(CRON_JOB, job))) {
      await client.edit(CRON_JOB, job.metadata, (live) => {
        if (!covers(live.spec, job.spec)) live.spec = job.spec;
      });
    }
    await client.editStatus(IMAGE_PRUNER, { name: key }, (live) => {
      const conditions = prunerConditions(pruner.spec?.suspend ?? false, faults.get('F39') !== undefined);
      live.status = { ...live.status, conditions: withConditions(live.status?.conditions, conditions) };
    });
    return undefined;
  });
  faults.listen(() => controller.add('cluster'));
}

export const prunerConditions = (suspended: boolean, jobFailed: boolean): NewCondition[] => [
  { type: 'Available', status: 'True', reason: 'AsExpected', message: 'Pruner CronJob has been created' },
  suspended
    ? { type: 'Scheduled', status: 'False', reason: 'Suspended', message: 'The pruner job has been suspended' }
    : { type: 'Scheduled', status: 'True', reason: 'Scheduled', message: 'The pruner job has been scheduled' },
  jobFailed
    ? { type: 'Failed', status: 'True', reason: 'JobFailed', message: 'Job has reached the specified backoff limit' }
    : { type: 'Failed', status: 'False', reason: 'Complete', message: 'Pruner completed successfully' },
  jobFailed
    ? { type: 'Degraded', status: 'True', reason: 'JobFailed', message: 'Job has reached the specified backoff limit' }
    : { type: 'Degraded', status: 'False', reason: 'AsExpected', message: '' },
];
