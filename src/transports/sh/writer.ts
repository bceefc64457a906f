/** The writing side of a host: one executor per kind of step. Exists on the apply branch only. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { HostStep, Step } from '../../core/change.ts';
import { PbError } from '../../core/diagnostic.ts';
import type { HostWriter } from '../../core/module.ts';
import type { Output } from '../../core/probe.ts';
import { reveal } from '../../core/secret.ts';
import { keep } from '../keep.ts';
import { quote } from '../quote.ts';
import { nonce } from './boot.ts';
import { commandScript, cutPreamble, type Preamble } from './command.ts';
import { INVALID, putScript, readScript, removeScript } from './files.ts';
import type { Answer } from './framed.ts';
import { Stopped } from './run.ts';
import type { Session } from './session.ts';

/** Text up to this many bytes travels inside a script of the framed shell. */
const SMALL = 32 * 1024;
/** Bytes of a file that are read, and wait to be sent, at a time. */
const PART = 256 * 1024;

type Do<K extends Step['do']> = Extract<Step, { do: K }>;

export function hostWriter(session: Session): HostWriter {
  return {
    async run(step, signal) {
      try {
        return await perform(session, step, signal);
      } catch (error) {
        throw error instanceof Stopped ? stopped(error, step, signal) : error;
      }
    },
  };
}

function perform(session: Session, step: HostStep, signal: AbortSignal): Promise<Output> {
  switch (step.do) {
    case 'exec':
      return exec(session, step, signal);
    case 'write':
      return write(session, step, signal);
    case 'upload':
      return upload(session, step, signal);
    case 'download':
      return download(session, step, signal);
    case 'remove':
      return session.run({ script: removeScript(step.path), signal }, name(step)).then(output);
  }
}

async function exec(session: Session, step: Do<'exec'>, signal: AbortSignal): Promise<Output> {
  const mark = nonce();
  const { argv, chdir, env, guard } = step;
  const input = step.stdin === undefined ? undefined : Buffer.from(reveal(step.stdin));
  const script = commandScript({ argv, chdir, env, guard, hasInput: input !== undefined }, mark);
  const clean = (answer: Answer): Answer => ({ ...answer, stderr: cutPreamble(answer.stderr, mark)?.stderr ?? answer.stderr });
  try {
    const answer = await session.run({ script, input, signal }, name(step));
    const preamble = cutPreamble(answer.stderr, mark);
    if (preamble && preamble.at !== 'run') throw notReached(step, preamble);
    return output(clean(answer));
  } catch (error) {
    throw error instanceof Stopped ? new Stopped(clean(error.partial), error.state) : error;
  }
}

function notReached(step: Do<'exec'>, { at, code, said }: Preamble): PbError {
  const details = { output: { code, stdout: '', stderr: said } };
  if (at === 'chdir') return new PbError('exec', `cannot change into ${step.chdir}: ${said || `exit code ${code}`}`, { details });
  return new PbError('refused', `${name(step)} was not run: its guard ended with exit code ${code}${said ? `: ${said}` : ''}`, {
    hint: 'the host is no longer as it was when the change was worked out; look again',
    details: { ...details, guard: step.guard },
  });
}

async function write(session: Session, step: Do<'write'>, signal: AbortSignal): Promise<Output> {
  const text = reveal(step.content);
  const unique = nonce();
  const content = Buffer.from(text, step.encoding ?? 'utf8');
  const fits = content.length <= SMALL && step.encoding !== 'base64' && !text.includes('\0') && step.validate === undefined;
  // Through cat, since a shell's own printf says no more than "I/O error" of a disk that is full.
  if (fits) return output(await session.act(putScript(step, `printf %s ${quote(text)} | cat`, unique), name(step)));
  return put(await session.run({ script: putScript(step, 'cat', unique), input: content, signal }, name(step)));
}

async function upload(session: Session, step: Do<'upload'>, signal: AbortSignal): Promise<Output> {
  const file = await open(step.from).catch((error: Error) => {
    throw new PbError('args', `cannot read ${step.from}: ${error.message}`, { cause: error });
  });
  try {
    // By its descriptor: a stream of the handle itself waits for a promise with every part.
    const input = createReadStream('', { fd: file.fd, autoClose: false, highWaterMark: PART });
    return put(await session.run({ script: putScript(step, 'cat', nonce()), input, signal }, name(step)));
  } finally {
    await file.close();
  }
}

async function download(session: Session, step: Do<'download'>, signal: AbortSignal): Promise<Output> {
  const answer = await session.run({ script: readScript(step.path), signal }, name(step));
  if (answer.code !== 0) return { ...output(answer), stdout: '' };
  await keep(answer.stdout, step);
  return { code: 0, stdout: '', stderr: '' };
}

/** A file that does not pass `validate` is nothing that went wrong half-way: all is as it was. The words are Ansible's. */
function put(answer: Answer): Output {
  const { code, stdout, stderr } = output(answer);
  if (code !== INVALID) return { code, stdout, stderr };
  const said = { code: Number(stdout), stdout: '', stderr };
  throw new PbError('refused', `failed to validate: rc:${said.code} error:${stderr}`, { details: { output: said } });
}

const output = (answer: Answer): Output => ({ code: answer.code, stdout: answer.stdout.toString(), stderr: answer.stderr.toString() });

/** How messages name a step: arguments may be secret, the program is not. */
function name(step: HostStep): string {
  if (step.do === 'exec') return typeof step.argv[0] === 'string' ? step.argv[0] : 'a command';
  return `${step.do} ${step.path}`;
}

const STATES = {
  ended: 'was stopped %s: it was ended on the host',
  'perhaps running': 'was stopped %s: it may still be running on the host',
  'not begun': 'was not begun: it would have been stopped %s',
} as const;

function stopped({ partial, state }: Stopped, step: HostStep, signal: AbortSignal): PbError {
  const timeout = signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError';
  const what = STATES[state].replace('%s', timeout ? 'after its time was up' : 'on demand');
  return new PbError(timeout ? 'timeout' : 'interrupted', `${name(step)} ${what}`, {
    details: { output: output(partial), mayHaveRun: state !== 'not begun' },
    cause: signal.reason,
  });
}
