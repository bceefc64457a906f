/** Streams of events, written short. */
import type { Change } from '../../../src/core/change.ts';
import type { ErrorCode } from '../../../src/core/diagnostic.ts';
import type { ExitCode, RunEvent, TaskResult } from '../../../src/core/event.ts';
import type { HostName, TaskId } from '../../../src/core/value.ts';
import type { Ran } from '../../../src/lab/rehearsal/judge.ts';

const span = { file: 'play.yml', line: 1, column: 1 };

export const changeTo = (content: string): Change => ({
  ...{ op: 'create', summary: `write ${content}`, before: null, after: content },
  steps: [{ do: 'write', path: '/x', content }],
});

export const start = (id: string, name = id): RunEvent => ({
  ...{ at: 0, type: 'task.start', hosts: [] },
  task: { id: id as TaskId, name, module: 'copy', at: span, handler: false },
});
const where = (id: string, host: string) => ({ task: id as TaskId, host: host as HostName });
export const change = (id: string, host: string, content: string): RunEvent => ({
  ...{ at: 0, type: 'task.change', where: where(id, host), change: changeTo(content) },
});
export const end = (id: string, host: string, result: TaskResult): RunEvent => ({
  ...{ at: 0, type: 'host.end', where: where(id, host), result, module: 'copy' },
});
export const unknown = (id: string, host: string): RunEvent => end(id, host, { status: 'unknown', until: 'a' as TaskId, why: 'later' });
export const failed = (id: string, host: string, message: string, code: ErrorCode = 'failed'): RunEvent =>
  end(id, host, { status: 'failed', error: { code, message, hint: 'do this', retryable: false } });
export const ran = (exitCode: ExitCode, ...events: readonly RunEvent[]): Ran => ({ exitCode, events });
