/** ignore_errors and ignore_unreachable, for everything that can fail on a host. */
import type { TaskResult } from '../core/event.ts';
import type { Include, ModuleTask } from '../core/plan.ts';
import type { Scope } from '../core/value.ts';
import { truth } from './module-call.ts';

/** The result, marked where the task says that such a failure does not matter. */
export async function orIgnored(result: TaskResult, { settings }: ModuleTask | Include, scope: Scope): Promise<TaskResult> {
  if ((result.status !== 'failed' && result.status !== 'unreachable') || result.ignored) return result;
  if (result.status === 'failed' && result.error.code === 'interrupted') return result;
  const keyword = result.status === 'failed' ? settings.ignore_errors : settings.ignore_unreachable;
  return (await settle(() => truth(keyword, scope))) ? { ...result, ignored: true } : result;
}

/** A keyword whose template fails counts as given: no_log errs on the side of hiding. */
export async function settle(read: () => Promise<boolean | undefined>): Promise<boolean> {
  try {
    return (await read()) ?? false;
  } catch {
    return true;
  }
}
