/** sha256sum and its kin. */
import { createHash } from 'node:crypto';
import { readDevice } from '../world/devices.ts';
import { Errno } from '../world/errno.ts';
import { find, readFile } from '../world/files.ts';
import { openDevice } from './device-path.ts';
import { type Call, type Context, eachOf, fail, getopt, type Program, type Result } from './program.ts';

const PIECE = 16 * 1024 * 1024;

function digest(algorithm: string, context: Context, path: string): string {
  const hash = createHash(algorithm);
  if (find(context, path).node.kind !== 'block') return hash.update(readFile(context, path)).digest('hex');
  const device = openDevice(context, path);
  for (let at = 0; at < device.size; at += PIECE) hash.update(readDevice(context.world, device, at, PIECE));
  return hash.digest('hex');
}

const program = (algorithm: string): Program => ({
  names: [`${algorithm}sum`],
  input: (args) => args.filter((arg) => !/^-./.test(arg)).every((arg) => arg === '-'),
  run(args, { stdin, context, name }: Call): Result {
    const { flags, rest, unknown } = getopt(args, {
      short: 'bctwz',
      long: { binary: 'b', check: 'c', text: 't', tag: 'T', status: 's', quiet: 'q' },
    });
    if (unknown) return fail(`${name}: ${unknown}\nTry '${name} --help' for more information.`);
    const mark = flags.has('b') ? '*' : ' ';
    const paths = rest.length === 0 ? ['-'] : rest;
    if (flags.has('c')) return check(algorithm, { stdin, context, name }, paths[0] ?? '-');
    return eachOf(
      paths,
      context,
      (path) => {
        const hex = path === '-' ? createHash(algorithm).update(stdin).digest('hex') : digest(algorithm, context, path);
        const odd = /[\\\n]/.test(path);
        return { stdout: `${odd ? '\\' : ''}${hex} ${mark}${odd ? path.replaceAll('\\', '\\\\').replaceAll('\n', '\\n') : path}\n` };
      },
      (path, error) => `${name}: ${path}: ${error.message}`,
    );
  },
});

function check(algorithm: string, { stdin, context, name }: Call, list: string): Result {
  const text = list === '-' ? Buffer.from(stdin).toString('latin1') : Buffer.from(readFile(context, list)).toString('latin1');
  let bad = 0;
  let stdout = '';
  for (const line of text.split('\n').filter(Boolean)) {
    const [, hex, path = ''] = /^\\?([0-9a-f]+) [ *](.*)$/.exec(line) ?? [];
    let good = false;
    try {
      good = digest(algorithm, context, path) === hex;
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
    }
    if (!good) bad++;
    stdout += `${path}: ${good ? 'OK' : 'FAILED'}\n`;
  }
  return {
    code: bad > 0 ? 1 : 0,
    stdout,
    stderr: bad > 0 ? `${name}: WARNING: ${bad} computed checksum${bad > 1 ? 's' : ''} did NOT match\n` : '',
  };
}

export const sums: readonly Program[] = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'].map(program);
