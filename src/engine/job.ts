/** async and poll: the change's commands as a job on the host, and waiting for it with connections that may come and go. */
import { randomInt } from 'node:crypto';
import type { Change } from '../core/change.ts';
import { PbError } from '../core/diagnostic.ts';
import type { TaskResult } from '../core/event.ts';
import { type Exec, startStep } from '../core/job.ts';
import type { AnyModule, Controller, Decision } from '../core/module.ts';
import type { Output } from '../core/probe.ts';
import { isObject, type Json, type JsonObject } from '../core/value.ts';
import { resultOfError } from './failure.ts';
import type { Call, CallPorts, Outcome } from './task.ts';

/** A task's `async`, worked out. */
export interface Async {
  readonly seconds: number;
  /** 0: nobody waits. */
  readonly pollMs: number;
  readonly directory: string;
  /** The module that knows how a job stands. */
  readonly status: AnyModule;
}

export interface Working {
  readonly call: Call;
  readonly ports: CallPorts;
  readonly async: Async;
  /** Runs the steps of a change: engine/task.ts alone can. */
  readonly run: (change: Change) => Promise<readonly Output[] | Outcome>;
  /** What the result of a job that was waited for says of it. */
  job?: JsonObject;
}

const isExec = (step: Change['steps'][number]): step is Exec => step.do === 'exec';

/**
 * The change as a job. Steps that are no commands (files written by pb itself) are done at once, and the job is over as it begins.
 * With poll: what its last command came to; without: the outcome of the task.
 */
export async function runAsJob(change: Change, on: Working): Promise<readonly Output[] | Outcome> {
  const commands = change.steps.every(isExec);
  if (!commands) {
    const ran = await on.run(change);
    return 'result' in ran || on.async.pollMs > 0 ? ran : recorded(change, { changed: true }, on);
  }
  const cmd = isObject(change.after) && 'cmd' in change.after ? { cmd: change.after['cmd'] as Json } : {};
  const started = await start(change, { steps: change.steps.filter(isExec), about: { changed: true, ...cmd } }, on);
  if ('result' in started) return started;
  if (on.async.pollMs === 0) return handedOver(change, started);
  on.job = { ...output(started), finished: true };
  return follow(change, started.id, on);
}

/** poll: 0 promises a job id even where there was nothing to do, or nothing left to do. */
export async function recorded(change: Change | undefined, about: JsonObject, on: Working): Promise<Outcome> {
  const note: Change = change ?? { op: 'run', summary: 'keep the result', before: null, after: null, steps: NOTHING };
  const started = await start(note, { steps: NOTHING, about }, on);
  if ('result' in started) return started;
  if (change) return handedOver(change, started);
  return { result: { status: 'ok', output: output(started) } };
}

const NOTHING: readonly [Exec] = [{ do: 'exec', argv: ['true'] }];

interface Started {
  readonly id: string;
  readonly file: string;
}

const output = ({ id, file }: Started): JsonObject => ({ ansible_job_id: id, started: true, finished: false, results_file: file });

const handedOver = (change: Change, started: Started): Outcome => ({
  result: { status: 'changed', change, output: { ...output(started), changed: true } },
});

async function start(change: Change, what: { steps: readonly Exec[]; about: JsonObject }, on: Working): Promise<Started | Outcome> {
  const id = `j${randomInt(1e12)}.${randomInt(1e5)}`;
  const step = startStep({ id, directory: on.async.directory, seconds: on.async.seconds, ...what });
  const ran = await on.run({ ...change, steps: [step] });
  return 'result' in ran ? ran : { id, file: ran[0]?.stdout.trim() ?? '' };
}

/** First looks come sooner than `poll` says: a short job need not be waited for that long. */
const FIRST_LOOK_MS = 100;

async function follow(change: Change, id: string, on: Working): Promise<readonly Output[] | Outcome> {
  const { ports, async } = on;
  const began = ports.clock.now();
  let lost: PbError | undefined;
  for (let wait = FIRST_LOOK_MS; ; wait = Math.min(wait * 2, async.pollMs)) {
    await ports.clock.sleep(wait, ports.stop).catch(() => {});
    if (ports.stop.aborted) return interrupted(change, id);
    const elapsed = ports.clock.now() - began;
    if (elapsed > async.seconds * 1000 + GRACE_MS) return lost ? { result: resultOfError(lost, change) } : late(change, id, async.seconds);
    try {
      const seen = await look(id, on);
      lost = undefined;
      if (seen) return judged({ ...seen, output: { ...seen.output, began, ended: ports.clock.now() } }, change, on);
      ports.events.pending(`the job ${id} is running`, undefined);
    } catch (error) {
      // The job does not need us: it is looked for until it would have ended in any case.
      if (!(error instanceof PbError) || error.code !== 'unreachable') throw error;
      lost = error;
      ports.events.pending(`the job ${id} is running, the host is out of reach`, error.message);
    }
  }
}

/** Beyond its own limit: the host ends it in steps of 5 seconds, and connecting again takes time. */
const GRACE_MS = 60_000;

interface Ended {
  readonly output: Output;
  /** Why it was not well, where the commands' exit code does not say it. */
  readonly why?: string;
}

async function look(id: string, { call, async }: Working): Promise<Ended | undefined> {
  const { line } = call;
  if (line.to !== 'host') throw new PbError('bug', `a job without a host: ${id}`);
  const io: object = Object.assign(Object.create(line.connection.reader), call.controller satisfies Controller);
  const args = { jid: id, mode: 'status' };
  const state: unknown = await async.status.read(args as never, io as never);
  const decision: Decision = async.status.decide(args as never, state as never);
  const said = 'output' in decision && isObject(decision.output) ? decision.output : {};
  if (decision.is === 'ok' && said['finished'] !== true) return undefined;
  const text = (key: string): string => (typeof said[key] === 'string' ? said[key] : '');
  const out = { code: typeof said['rc'] === 'number' ? said['rc'] : -1, stdout: text('stdout'), stderr: text('stderr') };
  const why = decision.is === 'failed' && said['msg'] === undefined ? decision.why : undefined;
  return { output: out, ...(why === undefined ? {} : { why }) };
}

function judged({ output: out, why }: Ended, change: Change, { call, job = {} }: Working): readonly Output[] | Outcome {
  const [last] = change.steps.toReversed();
  const good = last?.do === 'exec' ? (last.okCodes ?? [0]) : [0];
  if (why === undefined && good.includes(out.code)) return [out];
  const result = call.module.result?.(call.args as never, [out], undefined as never) as Json | undefined;
  const said = (out.stderr.trim() || out.stdout.trim()).split('\n').slice(-1)[0];
  const message = `${change.summary}: ${why ?? `exit code ${out.code}${said ? `: ${said}` : ''}`}`;
  return failed(
    { code: why === undefined ? 'exec' : 'timeout', message, retryable: false, output: out },
    change,
    isObject(result) ? { ...result, ...job } : result,
  );
}

const interrupted = (change: Change, id: string): Outcome =>
  failed(
    {
      code: 'interrupted',
      message: `interrupted: the job ${id} goes on on the host`,
      hint: 'async_status tells how it ends',
      retryable: false,
    },
    change,
  );

const late = (change: Change, id: string, seconds: number): Outcome =>
  failed({ code: 'timeout', message: `the job ${id} has not ended within ${seconds} s`, retryable: true }, change);

const failed = (error: Extract<TaskResult, { status: 'failed' }>['error'], change: Change, output?: Json): Outcome => ({
  result: { status: 'failed', error, change, ...(output === undefined ? {} : { output }) },
});
