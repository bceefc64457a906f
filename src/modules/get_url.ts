/** Fetch a file from a URL, by the host itself. */
import type { Step } from '../core/change.ts';
import type { Decision } from '../core/module.ts';
import type { JsonObject } from '../core/value.ts';
import { ALGORITHMS, type Algorithm, checksum } from '../probes/checksum.ts';
import { type FileStat, stat } from '../probes/stat.ts';
import { FETCH_SH, urlSum, urlText } from '../probes/url-sum.ts';
import { absent, args, change, defineModule, failed, flag, integer, json, listOf, ok, oneOf, optional, text } from './define.ts';
import { type Asked, attributeArgs, attributeChange, modeProblem, newAttributes, settle, unknownNames } from './files/attributes.ts';
import { exampleFile } from './files/example.ts';
import { labelled } from './files/labels.ts';
import { absolute, join, parentOf } from './files/path.ts';
import { backupPath } from './files/place.ts';
import { told } from './files/stat-facts.ts';
import { sumIn, wantedSum } from './web/checksum.ts';
import { UNREDIRECTED } from './web/request-args.ts';

type Args = Asked & {
  readonly url: string;
  readonly dest: string;
  readonly checksum?: string;
  readonly force: boolean;
  readonly timeout: number;
  readonly validate_certs: boolean;
  readonly headers: { readonly [name: string]: string };
  readonly url_username?: string;
  readonly url_password?: string;
  readonly backup: boolean;
  readonly http_agent?: string;
  readonly client_cert?: string;
  readonly client_key?: string;
  readonly ciphers?: readonly string[];
  readonly use_proxy: boolean;
};

type State = {
  readonly path: string;
  readonly stat: FileStat | null;
  /** Sum of what is there, by the asked algorithm or else sha256. */
  readonly sum: string | null;
  /** force without a checksum: sha256 of what the URL gives. */
  readonly offered: string | null;
  /** The sum that the list at the URL of the checksum has for the file; null where it has none, or none was asked. */
  readonly listed?: string | null;
  readonly parent: 'directory' | 'missing' | 'other';
  readonly unknown: readonly string[];
};

// $1: file, $2: "" or the program of the checksum, $3: the sum, then as fetch() wants it. Beside its place, checked, then renamed.
const SCRIPT = `${FETCH_SH}
d=$1 program=$2 sum=$3; shift 3; t="\${d%/*}/.pb-get.$$"
trap 'rm -f "$t"' EXIT; trap 'exit 143' HUP INT TERM
fetch "$t" "$@"; code=$?
[ $code = 9 ] && echo 'this host has neither curl nor wget' >&2
[ $code = 0 ] || exit $code
if [ "$program" ]; then
  got=$("$program" <"$t") || exit 1
  [ "\${got%% *}" = "$sum" ] || { echo "what was fetched has the checksum \${got%% *}, expected $sum" >&2; exit 1; }
fi
if [ -e "$d" ]; then chmod "$(stat -Lc %a "$d")" "$t"; chown "$(stat -Lc %u:%g "$d")" "$t" 2>/dev/null; else chmod 0644 "$t"; fi
mv -f "$t" "$d"`;

const example: State = { path: '/opt/oc.tar.gz', stat: null, sum: null, offered: null, parent: 'directory', unknown: [] };
const SUM = 'b'.repeat(64);

export const getUrl = labelled(
  defineModule({
    name: 'get_url',
    aliases: ['ansible.builtin.get_url'],
    target: 'host',
    effect: 'converge',
    summary: 'Fetch a file from a URL to the host',
    notes: [
      'The host fetches it itself, with curl or wget.',
      'A file that is there stays, unless its checksum differs, or force is set and the URL gives something else (the host fetches it to find out).',
    ],
    args: args({
      url: text('Where from: http, https, ftp or file', { pattern: '^(https?|ftp|file)://' }),
      dest: text('Where to: a path, or a directory that keeps the name in the URL', { minLength: 1 }),
      ...attributeArgs,
      checksum: optional(text('sha256:9f86d0…, or sha256: and the URL of a list of checksums: the file has to have it')),
      force: flag('Fetch it again when the URL gives something else', false),
      timeout: integer('Seconds for the connection, and for silence on it', { default: 10, minimum: 1 }),
      validate_certs: flag('Whether the certificate has to be valid', true),
      headers: json<{ readonly [name: string]: string }>('Headers of the request', { type: 'object', default: {} }),
      url_username: optional(text('User for basic authentication')),
      url_password: optional(text('Password for basic authentication')),
      force_basic_auth: flag('Accepted: user and password are always sent', false),
      backup: flag('Keep what is replaced beside it', false),
      http_agent: optional(text('How the client calls itself')),
      client_cert: optional(text('File of the host with the certificate to show; needs curl')),
      client_key: optional(text('File of the host with its key; needs curl')),
      ciphers: optional(listOf(text('Cipher'), 'Ciphers to use, in OpenSSL’s words; needs curl')),
      use_proxy: flag('Whether the proxy of the host’s environment is used; false needs curl', true),
      use_netrc: flag('Accepted: ~/.netrc is left to wget; give url_username', true),
      use_gssapi: json<false>('Only false: pb does not speak GSSAPI; use command with curl --negotiate', {
        type: 'boolean',
        enum: [false],
        default: false,
      }),
      decompress: flag('Accepted: the file comes as the server keeps it', true),
      tmp_dest: optional(text('Accepted: the file is fetched beside its place')),
      unredirected_headers: listOf(oneOf(UNREDIRECTED, 'Header'), 'Accepted: curl does not send these to another host', { default: [] }),
    }),
    argAliases: { thirsty: 'force', username: 'url_username', password: 'url_password' },
    examples: [
      {
        title: 'a new file',
        args: { url: 'https://mirror.lab/oc.tar.gz', dest: '/opt/oc.tar.gz', checksum: `sha256:${SUM}`, mode: '0644' },
        state: example,
        expect: 'change',
      },
      {
        title: 'it is there',
        args: { url: 'https://mirror.lab/oc.tar.gz', dest: '/opt/oc.tar.gz', checksum: `sha256:${SUM}` },
        state: { ...example, stat: exampleFile, sum: SUM },
        expect: 'ok',
      },
      {
        title: 'the directory is missing',
        args: { url: 'https://mirror.lab/oc.tar.gz', dest: '/opt/oc.tar.gz' },
        state: { ...example, parent: 'missing' },
        expect: 'absent',
      },
      {
        title: 'a checksum that is none',
        args: { url: 'https://mirror.lab/oc.tar.gz', dest: '/opt/oc.tar.gz', checksum: 'abc' },
        state: example,
        expect: 'failed',
      },
    ],
    reads: ({ dest }) => [`path/${dest}`],
    async read(given, io): Promise<State> {
      const dest = await absolute(given.dest, io);
      const into = dest.endsWith('/') || (await io.ask(stat, { path: dest, follow: true }))?.kind === 'directory';
      const path = into ? join(dest, nameIn(given.url)) : dest;
      const want = given.checksum ? wantedSum(given.checksum) : undefined;
      const algorithm = want?.algorithm ?? 'sha256';
      const [found, sum, parent, unknown] = await Promise.all([
        io.ask(stat, { path, follow: true }),
        io.ask(checksum, { path, algorithm }),
        io.ask(stat, { path: parentOf(path), follow: true }),
        unknownNames(given, io),
      ]);
      const compare = given.force && want === undefined && sum !== null;
      const question = { url: given.url, headers: wordsOf(given), timeout: given.timeout, strict: given.validate_certs };
      const list = want && 'list' in want ? await io.ask(urlText, { ...question, url: want.list }) : undefined;
      const offered = compare ? await io.ask(urlSum, question) : null;
      return {
        path,
        stat: found,
        sum,
        offered,
        ...(list === undefined ? {} : { listed: sumIn(list, nameIn(given.url)) ?? null }),
        parent: parent === null ? 'missing' : parent.kind === 'directory' ? 'directory' : 'other',
        unknown,
      };
    },
    decide(given, state): Decision<JsonObject> {
      const { listed = null } = state;
      const want = sumOf(given, listed);
      if (given.checksum && want === undefined) {
        if (wantedSum(given.checksum) !== undefined) return failed(`${given.checksum} lists no checksum of ${nameIn(given.url)}`);
        return failed(`checksum must be algorithm:hex or algorithm:URL with one of ${ALGORITHMS.join(', ')}`, { code: 'args' });
      }
      const problem = modeProblem(given.mode);
      if (problem !== undefined) return failed(problem, { code: 'args' });
      const { path, stat: now, sum } = state;
      if (now !== null && now.kind !== 'file') return failed(`${path} is a ${now.kind}, not a regular file`);
      if (state.parent === 'other') return failed(`${parentOf(path)} is no directory`);
      const fresh = now === null || (want ? want.hex !== sum : state.offered !== null && state.offered !== sum);
      const attributes = now === null ? newAttributes(given, '0644', false) : undefined;
      const kept = now === null ? { before: {}, after: {}, steps: [] } : attributeChange(path, now, given);
      const output = { url: given.url, dest: path, ...(want ? { checksum: given.checksum ?? '' } : {}) };
      const saved = fresh && now !== null && given.backup ? backupPath(path, now.mtime, sum ?? '') : undefined;
      const steps: readonly Step[] = [
        ...(saved === undefined ? [] : [{ do: 'exec', argv: ['cp', '-p', '--', path, saved] } as const]),
        ...(fresh ? [get(given, path, listed)] : []),
        ...(attributes ? settle(path, attributes) : kept.steps),
      ];
      const [first, ...rest] = steps;
      if (first === undefined)
        return ok({
          ...output,
          msg: 'file already exists',
          ...(now ? told(now) : {}),
        });
      const what = {
        op: now === null ? ('create' as const) : ('update' as const),
        summary: fresh ? `fetch ${given.url} to ${path}` : `set attributes of ${path}`,
        before: now === null ? null : { ...(fresh ? { checksum: sum } : {}), ...kept.before },
        after: { ...(fresh ? { content: `of ${given.url}`, ...(want ? { checksum: want.hex } : {}) } : {}), ...(attributes ?? kept.after) },
        steps: [first, ...rest] as const,
        provides: [`path/${path}`],
        output: {
          msg: 'OK',
          ...(fresh && given.url.startsWith('http') ? { status_code: 200 } : {}),
          ...(saved === undefined ? {} : { backup_file: saved }),
        },
      };
      if (state.parent === 'missing') return absent(`path/${parentOf(path)}`, `the directory ${parentOf(path)} does not exist`, what);
      const [name] = state.unknown;
      return name === undefined ? change(what) : absent(name, `${name.replace('/', ' ')} does not exist on this host`, what);
    },
    result({ url, dest }, outputs) {
      const { stderr = '' } = outputs.at(-1) ?? {};
      // Nothing is done before it is fetched, but for a backup.
      const about = { url, dest, ...(outputs.length === 1 ? { changed: false } : {}) };
      const [, got, want] = /the checksum (\S+), expected (\S+)$/m.exec(stderr) ?? [];
      if (got !== undefined) return { ...about, msg: `The checksum for ${dest} did not match ${want}; it was ${got}.` };
      // curl: "The requested URL returned error: 404"; wget: "ERROR 404: Not Found."
      const [, status] = /(?:returned error:|ERROR) (\d{3})/.exec(stderr) ?? [];
      return { ...about, ...(status === undefined ? {} : { msg: 'Request failed', status_code: Number(status) }) };
    },
  }),
);

const nameIn = (url: string): string => decodeURIComponent(new URL(url).pathname.split('/').at(-1) ?? '') || 'index.html';

/** What the file has to have; undefined where nothing is asked for, or the list does not tell. */
function sumOf({ checksum: asked }: Args, listed: string | null): { readonly algorithm: Algorithm; readonly hex: string } | undefined {
  const want = asked ? wantedSum(asked) : undefined;
  const hex = want === undefined ? null : 'hex' in want ? want.hex : listed;
  return want === undefined || hex === null ? undefined : { algorithm: want.algorithm, hex };
}

/** Headers, and what only curl can do as its options. */
function wordsOf(given: Args): readonly string[] {
  const { headers, url_username, url_password, http_agent, client_cert, client_key, ciphers } = given;
  const basic =
    url_username === undefined ? [] : [`Authorization: Basic ${Buffer.from(`${url_username}:${url_password ?? ''}`).toString('base64')}`];
  return [
    ...basic,
    ...(http_agent === undefined ? [] : [`User-Agent: ${http_agent}`]),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(client_cert === undefined ? [] : [`--cert ${client_cert}`]),
    ...(client_key === undefined ? [] : [`--key ${client_key}`]),
    ...(ciphers === undefined ? [] : [`--ciphers ${ciphers.join(':')}`]),
    ...(given.use_proxy ? [] : ['--noproxy *']),
  ];
}

function get(given: Args, path: string, listed: string | null): Step {
  const want = sumOf(given, listed);
  const sum = want ? [`${want.algorithm}sum`, want.hex] : ['', ''];
  const request = [given.url, String(given.timeout), given.validate_certs ? '1' : '0', ...wordsOf(given)];
  return { do: 'exec', argv: ['sh', '-c', SCRIPT, 'sh', path, ...sum, ...request] };
}
