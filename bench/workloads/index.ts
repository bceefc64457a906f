import type { Workload } from '../workload.ts';
import { bigFile } from './big-file.ts';
import { far } from './far.ts';
import { manyHosts, oneTask, tenTasks } from './hosts.ts';
import { objects } from './kube.ts';
import { checks, fullJob } from './lab.ts';
import { mirror } from './mirror.ts';
import { startup } from './startup.ts';
import { templates } from './templates.ts';

/** In the order in which they run. */
export const workloads: readonly Workload[] = [
  startup,
  tenTasks,
  oneTask,
  manyHosts,
  bigFile,
  checks,
  objects,
  templates,
  mirror,
  far,
  fullJob,
];
