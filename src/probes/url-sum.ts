/** The sha256 of what a URL gives, fetched by the host with curl or wget and thrown away. */
import { PbError } from '../core/diagnostic.ts';
import { defineProbe } from '../core/probe.ts';

export interface UrlQuestion {
  readonly url: string;
  /** Headers, and options of curl. */
  readonly headers: readonly string[];
  /** Seconds for the connection, and for silence on it. */
  readonly timeout: number;
  readonly strict: boolean;
}

/**
 * sh: `fetch FILE URL TIMEOUT STRICT WORD...` writes what the URL gives to FILE ("-": stdout). A word is a header, or one of curl's options and its
 * value: "--cert /etc/pki/me.pem". Exit code 9: there is neither curl nor wget.
 */
export const FETCH_SH = `fetch() {
  file=$1 url=$2 limit=$3 strict=$4; shift 4; n=$#
  if command -v curl >/dev/null; then
    while [ $n -gt 0 ]; do
      case $1 in -*' '*) set -- "$@" "\${1%% *}" "\${1#* }";; *) set -- "$@" -H "$1";; esac
      shift; n=$((n - 1))
    done
    [ "$strict" = 1 ] || set -- "$@" -k
    curl -gfsSL --connect-timeout "$limit" --speed-limit 1 --speed-time "$limit" "$@" -o "$file" -- "$url"
  elif command -v wget >/dev/null; then
    while [ $n -gt 0 ]; do
      case $1 in -*) echo "only curl can do \${1%% *}, and this host has wget" >&2; return 1;; esac
      set -- "$@" "--header=$1"; shift; n=$((n - 1))
    done
    [ "$strict" = 1 ] || set -- "$@" --no-check-certificate
    wget -nv -T "$limit" -t 1 "$@" -O "$file" -- "$url"
  else return 9
  fi
}`;

// A pipe has the exit code of its last command: what went wrong is kept beside.
const SCRIPT = `${FETCH_SH}
exec 3>&1
code=$({ { fetch - "$@"; echo $? >&4; } | sha256sum >&3; } 4>&1)
exit $code`;

export const urlSum = defineProbe<UrlQuestion, string>({
  name: 'url-sum',
  argv: ({ url, headers, timeout, strict }) => ['sh', '-c', SCRIPT, 'sh', url, String(timeout), strict ? '1' : '0', ...headers],
  parse(out, { url }) {
    if (out.code === 9) throw new PbError('exec', `this host has neither curl nor wget to fetch ${url}`, { hint: 'install one of them' });
    const hex = /^([0-9a-f]{64})\b/.exec(out.stdout)?.[1];
    if (out.code === 0 && hex !== undefined) return hex;
    throw new PbError('exec', `cannot fetch ${url}: ${out.stderr.trim().split('\n').at(-1) || `exit code ${out.code}`}`);
  },
});

const TEXT = `${FETCH_SH}
fetch - "$@"`;

/** What a URL gives, as text: a list of checksums. */
export const urlText = defineProbe<UrlQuestion, string>({
  name: 'url-text',
  argv: ({ url, headers, timeout, strict }) => ['sh', '-c', TEXT, 'sh', url, String(timeout), strict ? '1' : '0', ...headers],
  parse(out, { url }) {
    if (out.code === 0) return out.stdout;
    const why = out.code === 9 ? 'this host has neither curl nor wget' : out.stderr.trim().split('\n').at(-1) || `exit code ${out.code}`;
    throw new PbError('exec', `cannot fetch ${url}: ${why}`);
  },
});
