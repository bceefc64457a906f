/** One module call against a real API server, through the engine's task loop. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Change } from '../../../src/core/change.ts';
import type { TaskResult } from '../../../src/core/event.ts';
import type { Files, KubeConnection } from '../../../src/core/module.ts';
import { Redactor } from '../../../src/core/secret.ts';
import type { HostName, Json, JsonObject, TaskId } from '../../../src/core/value.ts';
import { resultOfError } from '../../../src/engine/failure.ts';
import { Overlay } from '../../../src/engine/overlay.ts';
import { runCall } from '../../../src/engine/task.ts';
import { findModule } from '../../../src/modules/index.ts';
import { createClusters } from '../../../src/transports/kube/index.ts';
import { argsOf } from '../../modules/args.ts';
import { noFiles } from '../../modules/call.ts';
import { type Context, type Kube, type KubeOptions, startKube } from '../parts/kube.ts';

export interface Ran {
  readonly result: TaskResult;
  readonly change: Change | undefined;
  /** `why | seen` of every wait, each once, in order. */
  readonly seen: readonly string[];
}

export interface How {
  readonly check?: boolean;
  readonly overlay?: Overlay;
  readonly as?: Context;
  /** The controller's; none where left out. */
  readonly files?: Files;
  /** Filled while it waits. */
  readonly seen?: string[];
}

export type Real = Awaited<ReturnType<typeof startReal>>;

export async function startReal(options: KubeOptions) {
  const kube: Kube = await startKube(options);
  const redactor = new Redactor();
  const notices: string[] = [];
  const end = new AbortController();
  const clusters = createClusters({ env: {}, signal: end.signal, redactor, onNotice: ({ text }) => notices.push(text) });
  const connect = (context: Context = 'admin'): Promise<KubeConnection> =>
    clusters.cluster({ kubeconfig: kube.kubeconfig, context }, end.signal);

  async function kubectl(...args: string[]): Promise<string> {
    const result = await kube.kubectl(args);
    expect(result.exitCode, `${args.join(' ')}: ${result.stderr}`).toBe(0);
    return result.stdout;
  }
  /** As another manager than pb. */
  async function create(object: object, ...more: string[]): Promise<void> {
    const args = ['apply', '--server-side', '--field-manager=someone', ...more, '-f', '-'];
    expect(await kube.kubectl(args, { stdin: JSON.stringify(object) })).toMatchObject({ exitCode: 0 });
  }
  const patch = (resource: string, name: string, what: object, ...more: string[]): Promise<string> =>
    kubectl('patch', resource, name, '--type=merge', `--patch=${JSON.stringify(what)}`, ...more);
  const get = async (resource: string, name: string, namespace = 'default'): Promise<JsonObject> =>
    JSON.parse(await kubectl('get', resource, name, '--namespace', namespace, '--output=json', '--show-managed-fields')) as JsonObject;

  async function run(name: string, given: JsonObject, how: How = {}): Promise<Ran> {
    const named = findModule(name);
    const module = named?.variant?.(new Set(Object.keys(given))) ?? named;
    if (!module) throw new Error(`no module is called ${name}`);
    const args = argsOf(module, given);
    const connection = await connect(how.as);
    const began = Date.now();
    const never = new AbortController().signal;
    const seen = how.seen ?? [];
    let change: Change | undefined;
    const refuse = (): never => {
      throw new Error('there is only a cluster here');
    };
    const writers = {
      kubeWriter: (on: KubeConnection) => clusters.kubeWriter(on),
      registryWriter: refuse,
      hostWriter: refuse,
      storeWriter: refuse,
    };
    const call = {
      id: `t/${name}` as TaskId,
      module,
      args,
      line: { to: 'cluster', connection, target: 'cluster' } as const,
      controller: {
        host: 'localhost' as HostName,
        files: how.files ?? noFiles,
        now: () => Date.now(),
        elapsed: () => Date.now() - began,
        fresh: randomUUID(),
      },
      timeoutMs: module.timeoutMs?.(args as never) ?? 60_000,
      environment: {},
    };
    const { result } = await runCall(call, {
      mode: how.check ? { is: 'check' } : { is: 'apply', ...writers },
      overlay: how.overlay ?? new Overlay(),
      clock: { now: () => Date.now(), sleep: (ms, signal) => sleep(ms, undefined, { signal }) },
      stop: never,
      kill: never,
      events: {
        secret: (value) => redactor.add(value),
        pending: (why, what) => {
          const line = `${why} | ${what ?? ''}`;
          if (!seen.includes(line)) seen.push(line);
        },
        change: (announced) => {
          change = announced;
        },
        stepStart: () => undefined,
        stepEnd: () => undefined,
      },
    }).catch((error: unknown) => ({ result: resultOfError(error) }));
    return { result, change, seen };
  }

  /** Check mode says it would change and writes nothing; apply makes that very change; after it both say ok and write nothing. */
  async function converges(name: string, given: JsonObject): Promise<Change> {
    const before = await kube.etcdRevision();
    const checked = await run(name, given, { check: true });
    expect(checked.result, JSON.stringify(checked.result)).toMatchObject({ status: 'would-change' });
    expect(await kube.etcdRevision(), 'check mode wrote').toBe(before);
    const applied = await run(name, given);
    expect(applied.result, JSON.stringify(applied.result)).toMatchObject({ status: 'changed' });
    expect(applied.change).toEqual(checked.change);
    await settledAt(name, given);
    return applied.change as Change;
  }

  async function settledAt(name: string, given: JsonObject): Promise<Json> {
    const before = await kube.etcdRevision();
    expect((await run(name, given, { check: true })).result).toMatchObject({ status: 'ok' });
    const { result } = await run(name, given);
    expect(result, JSON.stringify(result)).toMatchObject({ status: 'ok' });
    expect(await kube.etcdRevision(), 'nothing was to be done, and yet it wrote').toBe(before);
    return 'output' in result ? (result.output ?? null) : null;
  }

  return {
    ...{ kube, clusters, redactor, notices, connect, kubectl, create, patch, get, run, converges, settledAt },
    writer: async () => clusters.kubeWriter(await connect()),
    async close() {
      end.abort();
      await clusters.close();
      await kube.close();
    },
  };
}

/** The message of a failure, with its hint. */
export function whyOf({ result }: Ran): string {
  if (result.status !== 'failed' && result.status !== 'unreachable') return `${result.status}: ${JSON.stringify(result)}`;
  return `${result.error.code}: ${result.error.message}${result.error.hint ? ` (${result.error.hint})` : ''}`;
}
