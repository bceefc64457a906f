/** A request to a web service, made by the host itself. */
import type { Step } from '../core/change.ts';
import type { Decision } from '../core/module.ts';
import type { Json, JsonObject } from '../core/value.ts';
import { checksum } from '../probes/checksum.ts';
import { type Answer, answerOf, curlWords, NO_CURL, type Request, request } from '../probes/request.ts';
import { type FileStat, stat } from '../probes/stat.ts';
import { urlSum } from '../probes/url-sum.ts';
import { args, change, defineModule, failed, flag, integer, json, listOf, ok, oneOf, optional, text } from './define.ts';
import { type Asked, attributeArgs, attributeChange, modeProblem, newAttributes, settle } from './files/attributes.ts';
import { labelled } from './files/labels.ts';
import { absolute, join } from './files/path.ts';
import { readConditions } from './run/run.ts';
import { mismatch, outputOf } from './web/answer.ts';
import { type BodyFormat, bodyOf, withFiles } from './web/body.ts';
import { type RequestArgs, requestArgs, requestOf } from './web/request-args.ts';

type Args = Asked &
  RequestArgs & {
    readonly body?: Json;
    readonly body_format: BodyFormat;
    readonly src?: string;
    readonly remote_src: boolean;
    readonly status_code: readonly number[];
    readonly return_content: boolean;
    readonly dest?: string;
    readonly creates?: string;
    readonly removes?: string;
  };

type State = {
  /** First match; null where there is none or none was asked for. */
  readonly creates: string | null;
  readonly removes: string | null;
  /** Content of `src` on the controller. */
  readonly src: string | null;
  /** The fields of form-multipart, with the files in them. */
  readonly body?: Json;
  /** What a method that only looks was answered; null for the others. */
  readonly answer: Answer | null;
  readonly dest: { readonly path: string; readonly stat: FileStat | null; readonly same: boolean } | null;
};

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

// $1: the status codes that are right, $2: "" or where the body goes; then curl's words. Everything curl says ends up on stdout.
const SCRIPT = `command -v curl >/dev/null || { echo 'this host has no curl' >&2; exit ${NO_CURL}; }
right=$1 dest=$2; shift 2; t="\${dest%/*}/.pb-uri.$$"
[ "$dest" ] && { trap 'rm -f "$t"' EXIT; trap 'exit 143' HUP INT TERM; set -- -o "$t" "$@"; }
answer=$(LC_ALL=C curl "$@"; echo "@$?")
code=\${answer##*@}; answer=\${answer%@*}; printf %s "$answer"
line=$(printf %s "$answer" | tail -n 1); status=\${line%% *}
case " $right " in *" $status "*) ;; *) echo "Status code was $status and not [$right]" >&2; exit 22;; esac
[ "$code" = 0 ] || exit "$code"
[ "$dest" ] || exit 0
if [ -e "$dest" ]; then chmod "$(stat -Lc %a "$dest")" "$t"; chown "$(stat -Lc %u:%g "$dest")" "$t" 2>/dev/null; else chmod 0644 "$t"; fi
mv -f "$t" "$dest"`;

const nothing: State = { creates: null, removes: null, src: null, answer: null, dest: null };
const answered: Answer = {
  status: 200,
  why: '',
  reason: 'OK',
  url: 'https://api.lab:6443/readyz',
  redirected: false,
  elapsed: 0,
  headers: { 'content-type': 'application/json', 'content-length': '13' },
  body: '{"ready":true}',
};

export const uri = labelled(
  defineModule({
    name: 'uri',
    aliases: ['ansible.builtin.uri'],
    target: 'host',
    effect: 'once',
    summary: 'Send a request to a web service',
    notes: [
      'The host asks, with curl. GET, HEAD and OPTIONS only look: they are sent in check mode too, and the answer is what the run gets.',
      'What any other method does is known only after it was sent: check mode does not send it and calls it unknown. As in Ansible it is no change.',
      'dest is a change only where the file differs from what the URL gives.',
      'No connection, or no answer in time, is status -1.',
    ],
    args: args({
      ...requestArgs,
      body: optional(json<Json>('The body: text, or data that body_format turns into text')),
      body_format: oneOf(['raw', 'json', 'form-urlencoded', 'form-multipart'], 'How the body is written', { default: 'raw' }),
      src: optional(text('A file that is the body: on the controller, or with remote_src on the host')),
      remote_src: flag('src is a path on the host', false),
      status_code: listOf(integer('Status'), 'Status codes that mean success', { default: [200] }),
      return_content: flag('Give the body of the answer as content; JSON is always given as json', false),
      dest: optional(text('Write the body of the answer to this path; a directory keeps the name in the URL')),
      ...attributeArgs,
      creates: optional(text('Path: when it exists, nothing is sent')),
      removes: optional(text('Path: when it does not exist, nothing is sent')),
    }),
    argAliases: { user: 'url_username', password: 'url_password', thirsty: 'force' },
    timeoutMs: ({ timeout }) => timeout * 3000 + 60_000,
    examples: [
      {
        title: 'a question',
        args: { url: 'https://api.lab:6443/readyz', return_content: true },
        state: { ...nothing, answer: answered },
        expect: 'ok',
      },
      {
        title: 'another status than asked for',
        args: { url: 'https://api.lab:6443/readyz', status_code: [200, 204] },
        state: { ...nothing, answer: { ...answered, status: 503, reason: 'Service Unavailable', body: '' } },
        expect: 'failed',
      },
      {
        title: 'something is sent',
        args: {
          url: 'https://bmc.lab/redfish/v1/Systems/1',
          method: 'PATCH',
          body_format: 'json',
          body: { AssetTag: 'r1' },
          status_code: 202,
        },
        state: nothing,
        expect: 'change',
      },
      {
        title: 'a file is fetched',
        args: { url: 'https://mirror.lab/oc.tar.gz', dest: '/opt/oc.tar.gz', mode: '0600' },
        state: { ...nothing, answer: answered, dest: { path: '/opt/oc.tar.gz', stat: null, same: false } },
        expect: 'change',
      },
      {
        title: 'made already',
        args: { url: 'https://api.lab/jobs', method: 'POST', creates: '/var/lib/job' },
        state: { ...nothing, creates: '/var/lib/job' },
        expect: 'ok',
      },
      { title: 'body and src', args: { url: 'https://api.lab/jobs', body: 'x', src: 'y' }, state: nothing, expect: 'failed' },
    ],
    reads: ({ dest }) => (dest?.startsWith('/') ? [`path/${dest}`] : []),
    async read(given, io): Promise<State> {
      const { creates, removes } = await readConditions(given, io);
      const state = { creates, removes, src: null, answer: null, dest: null };
      if (problemOf(given) !== undefined || skipped(given, state) !== undefined) return state;
      const local = given.src !== undefined && !given.remote_src;
      const src = local ? Buffer.from(await io.files.read(await io.files.find('files', given.src ?? ''))).toString() : null;
      const parts =
        given.body_format === 'form-multipart' && given.body !== undefined ? { body: await withFiles(given.body, io.files) } : {};
      const safe = SAFE.has(given.method.toUpperCase()) && given.body === undefined && given.src === undefined;
      const answer = safe ? await io.ask(request, { request: callOf(given, null), discard: given.dest !== undefined }) : null;
      if (given.dest === undefined) return { ...state, ...parts, src, answer };
      const path = await pathOf(given.dest, given.url, (at) => io.ask(stat, { path: at, follow: true }), await absolute(given.dest, io));
      const [found, sum] = await Promise.all([io.ask(stat, { path, follow: true }), io.ask(checksum, { path, algorithm: 'sha256' })]);
      const comparable = sum !== null && answer !== null && mismatch(answer, given) === undefined;
      const { headers, timeout, strict } = callOf(given, null);
      const offered = comparable ? await io.ask(urlSum, { url: given.url, headers: [...headers, ...basic(given)], timeout, strict }) : null;
      return { ...state, ...parts, src, answer, dest: { path, stat: found, same: sum !== null && offered === sum } };
    },
    decide(given, state): Decision<JsonObject> {
      const problem = problemOf(given);
      if (problem !== undefined) return failed(problem, { code: 'args' });
      const skip = skipped(given, state);
      if (skip !== undefined) return ok({ stdout: skip, msg: skip });
      const wrong = state.answer === null ? undefined : mismatch(state.answer, given);
      if (state.answer !== null && wrong !== undefined) {
        return failed(wrong, { output: { ...outputOf(state.answer, given), changed: false } });
      }
      const { dest } = state;
      if (state.answer !== null && dest === null) return ok(outputOf(state.answer, given));
      if (dest !== null && dest.stat !== null && dest.stat.kind !== 'file') {
        return failed(`${dest.path} is a ${dest.stat.kind}, not a regular file`);
      }
      const kept = dest?.stat ? attributeChange(dest.path, dest.stat, given) : undefined;
      const send: readonly Step[] = dest?.same
        ? []
        : [stepOf({ ...given, ...(state.body === undefined ? {} : { body: state.body }) }, state)];
      const fresh = dest !== null && dest.stat === null ? settle(dest.path, newAttributes(given, '0644', false)) : (kept?.steps ?? []);
      const [first, ...rest] = [...send, ...fresh];
      if (first === undefined) return ok({ ...(state.answer ? outputOf(state.answer, given) : {}), path: dest?.path ?? '' });
      const summary =
        send.length === 0 ? `set attributes of ${dest?.path}` : `${given.method} ${given.url}${dest ? ` to ${dest.path}` : ''}`;
      return change({
        op: dest === null ? 'run' : dest.stat === null ? 'create' : 'update',
        summary,
        before: kept?.before ?? null,
        after: { request: `${given.method} ${given.url}`, ...kept?.after },
        steps: [first, ...rest],
        ...(dest === null ? { uncounted: true as const } : { provides: [`path/${dest.path}`] }),
        ...(state.answer === null ? {} : { certain: true }),
      });
    },
    result(given, [output], state) {
      const to = state?.dest ? { path: state.dest.path } : {};
      if (output === undefined || !output.stdout.includes('\n')) return to;
      return { ...outputOf(answerOf(output, given.url), given), ...to, changed: given.dest !== undefined };
    },
  }),
);

function problemOf(given: Args): string | undefined {
  if (given.body !== undefined && given.src !== undefined) return 'parameters are mutually exclusive: body|src';
  const body = given.body === undefined ? undefined : bodyOf(given.body, given.body_format);
  return body && 'problem' in body ? body.problem : modeProblem(given.mode);
}

function skipped(given: Args, { creates, removes }: Pick<State, 'creates' | 'removes'>): string | undefined {
  if (creates !== null) return `skipped, since '${given.creates}' exists`;
  return given.removes !== undefined && removes === null ? `skipped, since '${given.removes}' does not exist` : undefined;
}

/** A directory keeps the last part of the URL as the name. */
async function pathOf(dest: string, url: string, look: (path: string) => Promise<FileStat | null>, path: string): Promise<string> {
  const into = dest.endsWith('/') || (await look(path))?.kind === 'directory';
  return into ? join(path, decodeURIComponent(new URL(url).pathname.split('/').at(-1) ?? '') || 'index.html') : path;
}

const basic = ({ url_username, url_password }: Args): readonly string[] =>
  url_username === undefined ? [] : [`Authorization: Basic ${Buffer.from(`${url_username}:${url_password ?? ''}`).toString('base64')}`];

function callOf(given: Args, body: string | null): Request {
  const written = given.body === undefined ? undefined : bodyOf(given.body, given.body_format);
  return requestOf(given, { body, type: written && 'type' in written ? written.type : undefined });
}

function stepOf(given: Args, state: State): Step {
  const written = given.body === undefined ? undefined : bodyOf(given.body, given.body_format);
  const stdin = written && 'text' in written ? written.text : state.src;
  const from = stdin !== null ? '@-' : given.src === undefined ? null : `@${given.src}`;
  const words = curlWords(callOf(given, from)).filter((word) => state.dest === null || word !== '-i');
  const headersOut = state.dest === null ? [] : ['-D', '-'];
  const argv = ['sh', '-c', SCRIPT, 'sh', given.status_code.join(' '), state.dest?.path ?? '', ...headersOut, ...words] as const;
  return { do: 'exec', argv, ...(stdin === null ? {} : { stdin }) };
}
