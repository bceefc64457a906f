/** What an answer is to the user: the keys that Ansible's uri has. Pure. */
import type { Json, JsonObject } from '../../core/value.ts';
import type { Answer } from '../../probes/request.ts';

export interface AnswerArgs {
  readonly status_code: readonly number[];
  readonly return_content: boolean;
}

/** Why the answer is none that was asked for; undefined where it is. */
export function mismatch(answer: Answer, { status_code }: AnswerArgs): string | undefined {
  if (status_code.includes(answer.status)) return undefined;
  return `Status code was ${answer.status} and not [${status_code.join(', ')}]: ${said(answer)}`;
}

/** What Ansible's client makes an error, be it one that was asked for. */
const isError = ({ status }: Answer): boolean => status >= 300;

function said(answer: Answer): string {
  if (answer.status === -1) return `Request failed: ${answer.why}`;
  if (isError(answer)) return `HTTP Error ${answer.status}: ${answer.reason}`;
  return `OK (${answer.headers['content-length'] ?? 'unknown'} bytes)`;
}

export function outputOf(answer: Answer, asked: AnswerArgs): JsonObject {
  const headers = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name.replaceAll('-', '_'), value]));
  const wrong = mismatch(answer, asked);
  const { location } = answer.headers;
  const cookies = cookiesOf(answer.headers['set-cookie'] ?? '');
  return {
    ...headers,
    ...(location === undefined ? {} : { location: new URL(location, answer.url).href }),
    status: answer.status,
    url: answer.url,
    redirected: answer.redirected,
    elapsed: answer.elapsed,
    cookies,
    cookies_string: Object.entries(cookies)
      .map(([name, value]) => `${name}=${value}`)
      .join('; '),
    msg: wrong ?? said(answer),
    ...jsonOf(answer),
    ...(asked.return_content ? { content: answer.body } : {}),
    ...(isError(answer) ? { body: answer.body } : {}),
  };
}

/** `a=1; Path=/, b=2`: the names and values alone. */
const cookiesOf = (header: string): { readonly [name: string]: string } =>
  Object.fromEntries(
    header
      .split(/,(?=\s*[^;,=\s]+=)/)
      .map((cookie) => (cookie.split(';')[0] ?? '').trim())
      .filter((pair) => pair.includes('='))
      .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );

/** application/json, text/javascript, application/vnd.api+json; what only claims to be JSON is left out. */
function jsonOf(answer: Answer): { readonly json?: Json } {
  const type = (answer.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const kind = /[/+]([^/+]+)$/.exec(type)?.[1];
  if (kind !== 'json' && kind !== 'javascript') return {};
  try {
    return { json: JSON.parse(answer.body) as Json };
  } catch {
    return {};
  }
}
