/** dd, as far as copying pieces of disks and files goes. */
import { NOTHING } from '../world/bytes.ts';
import { readDevice, writeDevice } from '../world/devices.ts';
import { Errno } from '../world/errno.ts';
import { find, readFile, slot, writeFile } from '../world/files.ts';
import { dataOf } from '../world/tree.ts';
import type { World } from '../world/types.ts';
import { openDevice } from './device-path.ts';
import { type Call, type Context, fail, type Program, type Result } from './program.ts';
import { sizeFrom } from './size.ts';

/** What one machine copies at once: nobody reads a whole disk into memory here. */
const MOST = 256 * 1024 * 1024;

type Operands = { readonly [key: string]: string };

function read(
  context: Context,
  path: string | undefined,
  from: { readonly at: number; readonly length: number },
  stdin: Uint8Array,
): Uint8Array {
  if (path === undefined) return stdin.subarray(from.at, Math.min(stdin.length, from.at + from.length));
  const { node } = find(context, path);
  if (node.kind === 'block') {
    const device = openDevice(context, path);
    const length = Math.min(from.length, Math.max(0, device.size - from.at));
    if (length > MOST) throw new Errno('EIO');
    return readDevice(context.world, device, from.at, length);
  }
  if (node.kind === 'char')
    return node.device === 'null'
      ? NOTHING
      : new Uint8Array(Math.min(from.length, MOST)).map(() => (node.device === 'zero' ? 0 : Math.floor(Math.random() * 256)));
  if (node.kind === 'file') return dataOf(node).subarray(from.at, from.at + from.length);
  return readFile(context, path);
}

function write(context: Context, path: string, to: { readonly at: number; readonly bytes: Uint8Array; readonly keep: boolean }): World {
  const place = slot(context, path);
  if (place.node?.kind === 'char') return context.world;
  if (place.node?.kind === 'block') return writeDevice(context.world, openDevice(context, path, true), to.at, to.bytes);
  const old = place.node?.kind === 'file' ? dataOf(place.node) : NOTHING;
  const kept = to.keep ? old : old.subarray(0, to.at);
  const data = new Uint8Array(Math.max(kept.length, to.at + to.bytes.length));
  data.set(kept);
  data.set(to.bytes, to.at);
  return writeFile(context, path, { data, mode: 0o666 & ~context.umask });
}

function run(args: readonly string[], { context, stdin }: Call): Result {
  const given: Operands = Object.fromEntries(args.map((arg) => [arg.slice(0, arg.indexOf('=')), arg.slice(arg.indexOf('=') + 1)]));
  const odd = args.find((arg) => !/^(if|of|bs|ibs|obs|count|skip|seek|iseek|oseek|conv|iflag|oflag|status)=/.test(arg));
  if (odd !== undefined) return fail(`dd: unrecognized operand '${odd}'\nTry 'dd --help' for more information.`);
  const number = (key: string): number | undefined => (given[key] === undefined ? undefined : sizeFrom(given[key] ?? ''));
  for (const key of ['bs', 'count', 'skip', 'seek'])
    if (given[key] !== undefined && number(key) === undefined) return fail(`dd: invalid number: '${given[key]}'`);
  const flags = new Set((given['iflag'] ?? '').split(','));
  const conv = new Set((given['conv'] ?? '').split(','));
  const input = number('bs') ?? number('ibs') ?? 512;
  const output = number('bs') ?? number('obs') ?? 512;
  const count = number('count');
  const at = (number('skip') ?? 0) * (flags.has('skip_bytes') ? 1 : input);
  const length = count === undefined ? Number.MAX_SAFE_INTEGER : count * (flags.has('count_bytes') ? 1 : input);
  const to = (number('seek') ?? 0) * ((given['oflag'] ?? '').includes('seek_bytes') ? 1 : output);
  try {
    if (conv.has('excl') && given['of'] !== undefined && slot(context, given['of']).node) throw new Errno('EEXIST');
    const bytes = read(context, given['if'], { at, length }, stdin);
    const records = `${Math.floor(bytes.length / input)}+${bytes.length % input === 0 ? 0 : 1} records in\n${Math.floor(bytes.length / output)}+${bytes.length % output === 0 ? 0 : 1} records out\n`;
    const total = `${bytes.length} byte${bytes.length === 1 ? '' : 's'}${bytes.length >= 1000 ? ` (${(bytes.length / 1000).toPrecision(2)} kB)` : ''} copied, 0.001 s, ${(bytes.length / 1e6).toPrecision(2)} MB/s\n`;
    const stderr = given['status'] === 'none' ? '' : `${records}${given['status'] === 'noxfer' ? '' : total}`;
    if (given['of'] === undefined) return { code: 0, stdout: bytes, stderr };
    return { code: 0, stderr, world: write(context, given['of'], { at: to, bytes, keep: conv.has('notrunc') }) };
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    const [verb, path] =
      given['if'] !== undefined && !readable(context, given['if']) ? ['open', given['if']] : ['open', given['of'] ?? given['if'] ?? ''];
    return fail(`dd: failed to ${verb} '${path}': ${error.message}`);
  }
}

function readable(context: Context, path: string): boolean {
  try {
    const { node } = find(context, path);
    if (node.kind === 'block') openDevice(context, path);
    return true;
  } catch {
    return false;
  }
}

export const dd: Program = { names: ['dd'], input: (args) => !args.some((arg) => arg.startsWith('if=')), run };
