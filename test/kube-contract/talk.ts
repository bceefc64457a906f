/** One case's conversation with an API server: every request is written down with its answer, freed of what differs from run to run. */
import { request } from 'node:https';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface Server {
  readonly url: string;
  readonly ca: string;
  readonly tokens: { readonly admin: string; readonly nobody: string };
}

export interface Ask {
  readonly method?: string;
  readonly body?: unknown;
  readonly type?: string;
  readonly accept?: string;
  readonly token?: string | null;
  readonly agent?: string;
  /** Impersonation. */
  readonly as?: { readonly user?: string; readonly group?: string };
  /** What of the answer is compared: all of it, or what this picks. */
  readonly show?: (body: never) => unknown;
  /** `show` is for a refusal too. */
  readonly always?: boolean;
  /** Not compared at all: preparation that another case covers. */
  readonly quiet?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly warnings: readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: answers are read freely, as the cases know what they asked for
  readonly body: any;
}

export interface Entry {
  readonly ask: string;
  readonly status: number;
  readonly warnings?: readonly string[];
  readonly answer: unknown;
}

export const mergePatch = 'application/merge-patch+json';
export const jsonPatch = 'application/json-patch+json';
export const strategicPatch = 'application/strategic-merge-patch+json';
export const applyPatch = 'application/apply-patch+yaml';

/** No case needs longer than this for anything a server does by itself. */
const patienceMs = 80_000;
const pauseMs = 25;

export class Talk {
  readonly ns: string;
  readonly entries: Entry[] = [];
  readonly #server: Server;

  constructor(server: Server, ns: string) {
    this.#server = server;
    this.ns = ns;
  }

  get nobody(): string {
    return this.#server.tokens.nobody;
  }

  get = (path: string, ask: Ask = {}): Promise<Answer> => this.ask(path, ask);
  post = (path: string, body: unknown, ask: Ask = {}): Promise<Answer> => this.ask(path, { method: 'POST', body, ...ask });
  put = (path: string, body: unknown, ask: Ask = {}): Promise<Answer> => this.ask(path, { method: 'PUT', body, ...ask });
  delete = (path: string, body?: unknown, ask: Ask = {}): Promise<Answer> => this.ask(path, { method: 'DELETE', body, ...ask });
  merge = (path: string, body: unknown, ask: Ask = {}): Promise<Answer> =>
    this.ask(path, { method: 'PATCH', body, type: mergePatch, ...ask });
  json = (path: string, body: unknown, ask: Ask = {}): Promise<Answer> =>
    this.ask(path, { method: 'PATCH', body, type: jsonPatch, ...ask });
  strategic = (path: string, body: unknown, ask: Ask = {}): Promise<Answer> =>
    this.ask(path, { method: 'PATCH', body, type: strategicPatch, ...ask });
  apply = (path: string, body: unknown, ask: Ask = {}): Promise<Answer> =>
    this.ask(path, { method: 'PATCH', body, type: applyPatch, ...ask });

  /** Sends a request; `{ns}` in the path and in the body's strings stands for the case's namespace. */
  async ask(path: string, ask: Ask = {}): Promise<Answer> {
    const answer = await this.#send(path, ask);
    if (!ask.quiet) {
      const shown = ask.show && (ask.always || answer.status < 400) ? ask.show(answer.body as never) : answer.body;
      this.entries.push({
        ask: this.#plain(`${ask.method ?? 'GET'} ${path}`) as string,
        status: answer.status,
        ...(answer.warnings.length ? { warnings: this.#plain(answer.warnings) as string[] } : {}),
        answer: this.#plain(shown),
      });
    }
    return answer;
  }

  /** Writes down what several answers together show. */
  note(about: string, shown: unknown): void {
    this.entries.push({ ask: about, status: 0, answer: this.#plain(shown) });
  }

  /** Asks until the answer is as wanted; then writes down the last one. */
  async until(path: string, wanted: (answer: Answer) => boolean, ask: Ask = {}): Promise<Answer> {
    const end = Date.now() + patienceMs;
    for (;;) {
      const answer = await this.#send(path, ask);
      if (wanted(answer)) return ask.quiet ? answer : this.ask(path, ask);
      if (Date.now() > end) throw new Error(`${path}: not as wanted in ${patienceMs} ms: ${JSON.stringify(answer)}`);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  /** A watch's events from now on: `more(n)` waits until there are n in all, and writes them down. */
  async watch(path: string, show: (event: never) => unknown = eventName): Promise<{ more(count: number): Promise<void>; stop(): void }> {
    const events: unknown[] = [];
    const [response, stop] = await this.#open(path);
    let wake = (): void => {};
    let ended = false;
    (async () => {
      for await (const line of createInterface({ input: response })) {
        const event = JSON.parse(line) as { type: string };
        if (event.type !== 'BOOKMARK') events.push(show(event as never));
        wake();
      }
    })()
      .catch(() => {})
      .finally(() => {
        ended = true;
        wake();
      });
    return {
      more: async (count) => {
        const late = setTimeout(() => stop(), patienceMs);
        while (events.length < count && !ended) await new Promise<void>((resolve) => (wake = resolve));
        clearTimeout(late);
        this.entries.push({ ask: this.#plain(`WATCH ${path}`) as string, status: 200, answer: this.#plain(events) });
      },
      stop,
    };
  }

  #open(path: string): Promise<[Readable, () => void]> {
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${this.#server.tokens.admin}` };
      const call = request(this.#url(path), { ca: this.#server.ca, headers }, (response) => resolve([response, () => call.destroy()]));
      call.on('error', reject);
      call.end();
    });
  }

  #send(path: string, ask: Ask): Promise<Answer> {
    const { body, token = this.#server.tokens.admin } = ask;
    const text = body === undefined ? undefined : typeof body === 'string' ? this.#fill(body) : this.#fill(JSON.stringify(body));
    return new Promise((resolve, reject) => {
      const headers: Record<string, string | number> = {
        accept: ask.accept ?? 'application/json',
        'user-agent': ask.agent ?? 'contract/v1',
      };
      if (ask.as?.user) headers['impersonate-user'] = this.#fill(ask.as.user);
      if (ask.as?.group) headers['impersonate-group'] = ask.as.group;
      if (token !== null) headers['authorization'] = `Bearer ${token}`;
      if (text !== undefined) {
        headers['content-type'] = ask.type ?? 'application/json';
        headers['content-length'] = Buffer.byteLength(text);
      }
      const call = request(this.#url(path), { ca: this.#server.ca, method: ask.method ?? 'GET', headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const answer = Buffer.concat(chunks).toString('utf8');
          const warning = response.headersDistinct['warning'] ?? [];
          resolve({ status: response.statusCode ?? 0, warnings: warning.flatMap((one) => one.split(/, (?=299 )/)), body: parsed(answer) });
        });
        response.on('error', reject);
      });
      call.on('error', reject);
      call.end(text);
    });
  }

  #url = (path: string): string => this.#server.url + this.#fill(path);
  #fill = (text: string): string => text.replaceAll('{ns}', this.ns);

  #plain(value: unknown): unknown {
    const json = JSON.stringify(value ?? null)
      .replaceAll(this.ns, '<ns>')
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uid>')
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>')
      .replace(/(resourceVersion=)\d+/g, '$1<rv>')
      .replace(/(current: |in record \(|too old resource version: \d+ \()\d+/g, '$1<rv>')
      .replace(/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access-<id>')
      // The object that a patch led to is quoted whole, in an order that differs.
      .replace(/Invalid value: \\"\{\\\\\\"apiVersion.*?\}\\": (?=strict|json|illegal)/g, 'Invalid value: <object>: ');
    return JSON.parse(json, (key, one) => {
      if (one?.kind === 'Status' && one.details?.causes) return inOrder(one);
      if (key === 'resourceVersion' && typeof one === 'string' && one !== '' && one !== '0') return '<rv>';
      if ((key === 'clusterIP' || key === 'clusterIPs') && one !== 'None' && one?.[0] !== 'None') return '<ip>';
      return one;
    });
  }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const eventName = (event: { type: string; object: { kind: string; metadata: { name: string } } }): string =>
  `${event.type} ${event.object.kind} ${event.object.metadata.name}`;

type Whole = { metadata?: { managedFields?: unknown[]; [key: string]: unknown }; [key: string]: unknown };

/** An object without its managedFields. */
export function unmanaged(object: Whole): unknown {
  if (!object.metadata) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** A list's items without their managedFields. */
export const items = (list: Whole): unknown => ({ ...list, items: (list['items'] as Whole[]).map(unmanaged) });
export const names = (list: { items: { metadata: { name: string } }[] }): string[] => list.items.map((one) => one.metadata.name);
export const managers = (object: Whole): unknown =>
  (object.metadata?.managedFields as { time: string; manager: string }[] | undefined)
    ?.filter((entry) => !isController(entry.manager))
    .map(({ time: _, ...entry }) => entry);

/** Controllers are not what is compared: the real ones run in a program of another name. */
const isController = (manager: string): boolean => manager === 'pb-kube' || manager === 'kube-controller-manager';

type Refusal = { message: string; details: { causes: { field: string; message: string }[] } };

/** Causes come in no order where the real server walks Go's maps; neither do their sentences in the message. */
function inOrder(status: Refusal): Refusal {
  const causes = [...status.details.causes].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  const sentences = [...new Set(causes.map((one) => `${one.field}: ${one.message}`))];
  const [head = '', list = ''] = status.message.split(/ is invalid: \[(.*)\]$/s);
  const isTheirs = list !== '' && list.length === sentences.join(', ').length && sentences.every((one) => list.includes(one));
  const message = isTheirs ? `${head} is invalid: [${sentences.join(', ')}]` : status.message;
  return { ...status, message, details: { ...status.details, causes } };
}
