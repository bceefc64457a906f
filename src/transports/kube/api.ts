/** Requests with patience, credentials that are renewed once, and JSON answers. */
import type { KubeStatus } from '../../core/kube.ts';
import type { Json } from '../../core/value.ts';
import type { Ask, Http, Lines } from './http.ts';
import type { Again } from './patience.ts';
import { statusOf } from './trouble.ts';

export interface ApiAnswer {
  /** Given for 2xx. */
  readonly body: Json;
  /** The answer as it came, for 2xx: not everything is JSON. */
  readonly text?: string;
  /** Given for anything else. */
  readonly status?: KubeStatus;
  /** The server's clock when it answered, ms since the epoch. */
  readonly dateMs?: number | undefined;
}
export interface Api {
  /** Throws PbError 'unreachable' where there is no answer; answers other than 2xx come as `status`. */
  ask(ask: Ask, again: Again, signal?: AbortSignal): Promise<ApiAnswer>;
  stream(ask: Ask, signal: AbortSignal): Promise<Lines>;
}

export function createApi(
  http: Http,
  patient: (send: () => ReturnType<Http['send']>, again: Again, signal: AbortSignal) => ReturnType<Http['send']>,
  ended: AbortSignal,
): Api {
  return {
    async ask(ask, again, signal = ended) {
      let answer = await patient(() => http.send(ask, signal), again, signal);
      if (answer.status === 401) {
        // A token may have expired during the run; a plugin or a file has the next one.
        http.refresh();
        answer = await patient(() => http.send(ask, signal), again, signal);
      }
      const body = parse(answer.text);
      if (answer.status >= 200 && answer.status < 300) return { body: body ?? null, text: answer.text, dateMs: answer.dateMs };
      return { body: null, status: statusOf(answer.status, body, answer.text) };
    },
    stream: (ask, signal) => http.stream(ask, signal),
  };
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
