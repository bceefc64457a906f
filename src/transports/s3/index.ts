/** Object stores, as the engine's Ports want them: a reader that only looks, a writer with one executor for each kind of step. */
import { randomBytes } from 'node:crypto';
import type { StoreStep } from '../../core/change.ts';
import { PbError } from '../../core/diagnostic.ts';
import type { StoreTarget } from '../../core/engine.ts';
import type { HostConnection, StoreConnection, StoreWriter } from '../../core/module.ts';
import type { Output } from '../../core/probe.ts';
import { type Redactor, reveal } from '../../core/secret.ts';
import type { StoreAnswer, StoreKeys, StoreRequest } from '../../core/store.ts';
import type { Json } from '../../core/value.ts';
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

/** What belongs to one connection. */
interface Own {
  readonly client: Client;
  /** Keys that a step made. */
  made?: StoreKeys;
}

export function createStores(options: StoreOptions): Stores {
  const owned = new WeakMap<StoreConnection, Own>();
  return {
    async store(target, from) {
      // What signs, and what reads XML, is loaded when the first task needs it.
      const { connect } = await import('./connect.ts');
      const client = await connect(target, { env: options.env, script: from && options.script(from) });
      options.redactor.add(client.store.secret);
      const own: Own = { client };
      const connection: StoreConnection = { reader: readerOf(own, options) };
      owned.set(connection, own);
      return connection;
    },
    storeWriter(connection) {
      const own = owned.get(connection);
      if (!own) throw new PbError('bug', 'a writer was asked for a store that was not connected here');
      return { run: (step, signal) => perform(own, step, { ...options, signal }) };
    },
  };
}

function readerOf(own: Own, { signal, redactor }: StoreOptions): StoreConnection['reader'] {
  const seen = new WeakMap<StoreAnswer, Answered>();
  const reader: StoreConnection['reader'] = {
    async ask(request) {
      if (!onlyLooks(request)) throw new PbError('bug', `a reader of stores was asked to ${nameOf(request)}: it only looks`);
      if (request.api === 's3' && request.as) redactor.add(reveal(request.as.secret));
      const answered = await own.client.ask(request, signal);
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
    made: () => own.made,
  };
  return reader;
}

async function perform(own: Own, step: StoreStep, { redactor, signal }: Pick<StoreOptions, 'redactor' | 'signal'>): Promise<Output> {
  const { client } = own;
  switch (step.do) {
    case 'store.request': {
      const answer = await client.ask(step.request, signal);
      if (answer.status >= 300) throw answer.refusal(nameOf(step.request));
      const keys = keysIn(answer.body);
      if (keys) {
        redactor.add(reveal(keys.secret));
        own.made = keys;
      }
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

/** An API without verbs of HTTP has them in its names. */
const onlyLooks = (request: StoreRequest): boolean =>
  request.api === 'iam' ? /^(Get|List)[A-Z]/.test(request.action) : request.method === 'GET' || request.method === 'HEAD';

/** What IAM's CreateAccessKey answers. */
function keysIn(body: Json): StoreKeys | undefined {
  const { CreateAccessKeyResponse: made } = (body ?? {}) as { CreateAccessKeyResponse?: { CreateAccessKeyResult?: { AccessKey?: Made } } };
  const { AccessKeyId: access, SecretAccessKey: secret } = made?.CreateAccessKeyResult?.AccessKey ?? {};
  return access && secret ? { access, secret } : undefined;
}
type Made = { readonly AccessKeyId?: string; readonly SecretAccessKey?: string };

/** How messages name a request. */
function nameOf(request: StoreRequest): string {
  if (request.api === 'iam') return [request.action, request.params['UserName'] ?? request.params['PolicyName']].filter(Boolean).join(' ');
  if (request.api === 'minio') return `${request.method} ${request.call}`;
  const what = Object.keys(request.query ?? {}).join(', ');
  return `${request.method} ${[request.bucket, request.key].filter(Boolean).join('/')}${what ? `?${what}` : ''}`;
}
