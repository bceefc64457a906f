/** The query parameters of writes. */
import type { Call } from './call.ts';
import { header } from './call.ts';
import { type Cause, forbiddenField, invalid, notSupported, required, tooLong } from './status.ts';

export interface WriteOptions {
  readonly dryRun: boolean;
  readonly validation: 'Strict' | 'Warn' | 'Ignore';
  readonly manager: string;
  readonly force: boolean;
}

export function writeOptions(call: Call, kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions', isApply = false): WriteOptions {
  const causes: Cause[] = [];
  const dryRun = call.query.getAll('dryRun').filter((one) => one !== '');
  const validation = call.query.get('fieldValidation') || 'Warn';
  const manager = call.query.get('fieldManager') ?? '';
  const force = call.query.get('force');
  if (kind === 'PatchOptions') {
    if (isApply && manager === '') causes.push(required('fieldManager', 'is required for apply patch'));
    if (!isApply && force !== null) causes.push(forbiddenField('force', 'may not be specified for non-apply patch'));
  }
  if (manager.length > 128) causes.push(tooLong('fieldManager', 128));
  if (dryRun.some((one) => one !== 'All')) causes.push(notSupported('dryRun', dryRun, ['All']));
  if (!isValidation(validation)) causes.push(notSupported('fieldValidation', validation, ['', 'Ignore', 'Strict', 'Warn']));
  if (causes.length > 0 || !isValidation(validation)) throw invalid({ group: 'meta.k8s.io', kind }, '', causes);
  return {
    dryRun: dryRun.length > 0,
    validation,
    manager: manager || agentName(header(call, 'user-agent')),
    force: force === 'true' || force === '1',
  };
}

const isValidation = (value: string): value is WriteOptions['validation'] => value === 'Strict' || value === 'Warn' || value === 'Ignore';

/** `kubectl/v1.30.0 (linux/amd64)` → kubectl. */
const agentName = (agent: string): string => (agent.split('/')[0] || 'unknown').slice(0, 128);
