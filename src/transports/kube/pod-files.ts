/** Files into containers and out of them, with nothing there but sh, cat and sha256sum. */
import { readFile } from 'node:fs/promises';
import type { KubeStep } from '../../core/change.ts';
import { kubeName } from '../../core/kube.ts';
import type { Output } from '../../core/probe.ts';
import { reveal } from '../../core/secret.ts';
import { keep } from '../keep.ts';
import type { Session } from './session.ts';

type Put = Extract<KubeStep, { do: 'kube.put' }>;
type Fetch = Extract<KubeStep, { do: 'kube.fetch' }>;

/** $1 is the path, $2 its sha256, $3 the mode or nothing. A part of a file never stands under its name. */
const PUT = `set -e
case $1 in ?*/*) mkdir -p -- "\${1%/*}/";; esac
new=$1.pb-new
trap 'rm -f -- "$new"' EXIT
cat > "$new"
sum=$(sha256sum < "$new")
[ "\${sum%% *}" = "$2" ] || { echo "what arrived has another sha256: \${sum%% *}" >&2; exit 1; }
if [ -n "$3" ]; then chmod "$3" "$new"; fi
mv -f -- "$new" "$1"`;

export async function put({ exec }: Session, step: Put, signal: AbortSignal): Promise<Output> {
  const stdin = 'from' in step ? await readFile(step.from) : Buffer.from(reveal(step.content), step.encoding ?? 'utf8');
  const argv = ['sh', '-c', PUT, 'pb', step.path, step.sha256, step.mode ?? ''] as const;
  const { code, stderr } = await exec({ ...placeOf(step), argv, stdin }, signal);
  return { code, stdout: code === 0 ? `${step.path} written in ${kubeName(step.ref)}\n` : '', stderr };
}

export async function fetch({ exec }: Session, step: Fetch, signal: AbortSignal): Promise<Output> {
  const { code, stderr, bytes = new Uint8Array() } = await exec({ ...placeOf(step), argv: ['cat', '--', step.path] }, signal);
  if (code !== 0) return { code, stdout: '', stderr };
  await keep(bytes, step);
  return { code, stdout: `${step.path} of ${kubeName(step.ref)} is at ${step.to}\n`, stderr };
}

const placeOf = ({ ref, container }: Put | Fetch) => ({ namespace: ref.namespace ?? 'default', pod: ref.name, container });
