/** How a job stands that a task with `async` has started. */
import { JOBS } from '../core/job.ts';
import type { Decision } from '../core/module.ts';
import { isObject, type JsonObject } from '../core/value.ts';
import { type JobState, job } from '../probes/job.ts';
import { args, change, defineModule, failed, ok, oneOf, text } from './define.ts';
import { runOutput } from './run/run.ts';

/** `about` is what the task that started it says of it; empty where it is missing. */
type State = { readonly job: JobState; readonly about: JsonObject; readonly stdout: string; readonly stderr: string };

const NONE: Omit<State, 'job'> = { about: {}, stdout: '', stderr: '' };

export const asyncStatus = defineModule({
  name: 'async_status',
  aliases: ['ansible.builtin.async_status'],
  target: 'host',
  effect: 'converge',
  summary: 'Look how a job that was started with async stands',
  notes: [
    'Jobs lie in ~/.ansible_async of the user who started them (ansible_async_dir names another place): use the same become as that task.',
    '`finished` and `started` are booleans: `until: job.finished`. A job that failed is a failure of this task.',
    'mode: cleanup removes what is kept of the job; a job that still runs is not ended by it.',
  ],
  args: args({
    jid: text('ansible_job_id of the task that started the job'),
    mode: oneOf(['status', 'cleanup'], 'What to do', { default: 'status' }),
  }),
  examples: [
    {
      title: 'still running',
      args: { jid: 'j1.2' },
      state: { job: { is: 'running', rc: null, ok: false, file: '/root/.ansible_async/j1.2' }, about: {}, stdout: '', stderr: '' },
      expect: 'ok',
    },
    {
      title: 'ended badly',
      args: { jid: 'j1.2' },
      state: { job: { is: 'ended', rc: 3, ok: false, file: '/root/.ansible_async/j1.2' }, about: {}, stdout: '', stderr: 'no\n' },
      expect: 'failed',
    },
    {
      title: 'cleaning up',
      args: { jid: 'j1.2', mode: 'cleanup' },
      state: { job: { is: 'ended', rc: 0, ok: true, file: '/root/.ansible_async/j1.2' }, about: {}, stdout: '', stderr: '' },
      expect: 'change',
    },
  ],
  async read({ jid, mode }, io): Promise<State> {
    if (!valid(jid)) return { job: { is: 'absent' }, ...NONE };
    const given = await io.variable?.('ansible_async_dir');
    const found = await io.ask(job, { directory: typeof given === 'string' ? given : JOBS, id: jid });
    if (found.is === 'absent' || found.is === 'running' || mode === 'cleanup') return { job: found, ...NONE };
    const file = async (name: string): Promise<string> => new TextDecoder().decode(await io.readFile(`${found.file}.d/${name}`));
    const about: unknown = JSON.parse((await file('about')) || '{}');
    return { job: found, about: isObject(about) ? (about as JsonObject) : {}, stdout: await file('stdout'), stderr: await file('stderr') };
  },
  decide({ jid, mode }, state): Decision<JsonObject> {
    const found = state.job;
    const known = { ansible_job_id: jid, started: true };
    if (!valid(jid))
      return failed(`${JSON.stringify(jid)} is no job id`, { code: 'args', hint: 'use ansible_job_id of what was registered' });
    if (found.is === 'absent') {
      const hint = 'jobs belong to the user who started them: is become the same here?';
      return failed('could not find job', { output: { ...known, finished: true, ...NOTHING_SAID }, hint });
    }
    if (mode === 'cleanup') {
      return change({
        op: 'delete',
        summary: `forget the job ${jid}`,
        before: { job: found.file },
        after: null,
        steps: [{ do: 'exec', argv: ['rm', '-rf', '--', found.file, `${found.file}.d`] }],
        repeats: true,
        uncounted: true,
        output: { ansible_job_id: jid, erased: found.file, started: false, finished: false, ...NOTHING_SAID },
      });
    }
    const place = { ...known, results_file: found.file };
    if (found.is === 'running') return ok({ ...place, finished: false, ...said(0, state), rc: null });
    const output = { ...place, finished: true, ...said(found.rc ?? -1, state), ...state.about };
    if (found.is === 'gone') return failed('the job is gone and left no result: its host was restarted, or it was killed', { output });
    if (found.is === 'late') return failed('Job reached maximum time limit.', { output, hint: 'give async: more seconds' });
    if (!found.ok) return failed('non-zero return code', { output: { ...output, msg: 'non-zero return code' } });
    return { is: 'ok', output: { msg: '', ...output }, ...(state.about['changed'] === false ? {} : { changed: true }) };
  },
});

const NOTHING_SAID = { stdout: '', stderr: '', stdout_lines: [], stderr_lines: [] };

/** It becomes part of a path. */
const valid = (jid: string): boolean => /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(jid);

const said = (code: number, { stdout, stderr }: State): JsonObject => {
  const { rc, stdout: out, stderr: err, stdout_lines, stderr_lines } = runOutput('', { code, stdout, stderr }, true);
  return { rc, stdout: out, stderr: err, stdout_lines, stderr_lines };
};
