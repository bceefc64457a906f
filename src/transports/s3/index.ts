/** Object stores, as the engine's Ports want them: a reader that only looks, a writer with one executor for each kind of step. */
import { randomBytes } from 'node:crypto';
import type { StoreStep } from '../../core/change.ts';
import { PbError } from '../../core/diagnostic.ts';
import type { StoreTarget } from '../../core/engine.ts';
import type { HostConnection, StoreConnection, StoreReader, StoreWriter } from '../../core/module.ts';
import type { Output } from '../../core/probe.ts';
import { type Redactor, reveal } from '../../core/secret.ts';
import type { StoreAnswer, StoreRequest } from '../../core/store.ts';
import type { Answered, Client } from './client.ts';
import type { Script } from './curl.ts';

export interface StoreOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Ends everything that looks; steps have a signal of their own. */
  readonly signal: AbortSignal;
  readonly redactor: Redactor;
  /** How to run shell text on a host. */
  script(on: HostConnection): Script;
}

export interface Stores {
  store(target: StoreTarget, from: HostConnection | undefined): Promise<StoreConnection>;
  storeWriter(connection: StoreConnection): StoreWriter;
}

export function createStores(options: StoreOptions): Stores {
  const clients = new WeakMap<StoreConnection, Client>();
  return {
    async store(target, from) {
      // What signs, and what reads XML, is loaded when the first task needs it.
      const { connect } = await import('./connect.ts');
      const client = await connect(target, { env: options.env, script: from && options.script(from) });
      options.redactor.add(client.store.secret);
      const connection: StoreConnection = { reader: readerOf(client, options) };
      clients.set(connection, client);
      return connection;
    },
    storeWriter(connection) {
      const client = clients.get(connection);
      if (!client) throw new PbError('bug', 'a writer was asked for a store that was not connected here');
      return { run: (step, signal) => perform(client, step, signal) };
    },
  };
}

function readerOf(client: Client, { signal, redactor }: StoreOptions): StoreConnection['reader'] {
  const seen = new WeakMap<StoreAnswer, Answered>();
  const reader: Pick<StoreReader, 'ask' | 'refusal' | 'hide' | 'newSecret'> = {
    async ask(request) {
      if (request.method !== 'GET' && request.method !== 'HEAD')
        throw new PbError('bug', `a reader of stores was asked to ${request.method}: it only looks`);
      if (request.api === 's3' && request.as) redactor.add(reveal(request.as.secret));
      const answered = await client.ask(request, signal);
      const { status, code, message, server, body } = answered;
      const answer: StoreAnswer = { status, code, message, server, body };
      seen.set(answer, answered);
      return answer;
    },
    refusal(answer, what) {
      return seen.get(answer)?.refusal(what) ?? new PbError('bug', `${what}: the answer is not one of this store`);
    },
    hide: (secret) => redactor.add(secret),
    newSecret() {
      const secret = randomBytes(20).toString('hex');
      redactor.add(secret);
      return secret;
    },
  };
  return reader;
}

async function perform(client: Client, step: StoreStep, signal: AbortSignal): Promise<Output> {
  switch (step.do) {
    case 'store.request': {
      const answer = await client.ask(step.request, signal);
      if (answer.status >= 300) throw answer.refusal(nameOf(step.request));
      return said('');
    }
    case 'store.empty': {
      const { emptyBucket } = await import('./empty.ts');
      return said(String(await emptyBucket(client, step.bucket, signal)));
    }
    case 'store.probe': {
      const { probeBucket } = await import('./probe.ts');
      return said(JSON.stringify(await probeBucket(client, step, signal)));
    }
  }
}

const said = (stdout: string): Output => ({ code: 0, stdout, stderr: '' });

/** How messages name a request. */
function nameOf(request: StoreRequest): string {
  if (request.api === 'minio') return `${request.method} ${request.call}`;
  const what = Object.keys(request.query ?? {}).join(', ');
  return `${request.method} ${[request.bucket, request.key].filter(Boolean).join('/')}${what ? `?${what}` : ''}`;
}
