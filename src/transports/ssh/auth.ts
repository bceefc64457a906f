/** Proving who we are: keys, agent, password, in an order that wastes none of the few attempts a server allows. */
import { readFileSync } from 'node:fs';
import { type AnyAuthMethod, type AuthHandlerMiddleware, BaseAgent, createAgent, type ParsedKey, type PublicKeyEntry } from 'ssh2';
import { PbError } from '../../core/diagnostic.ts';
import { type KeyFiles, parsedKey } from './key-files.ts';
import type { Target } from './target.ts';

interface Attempt {
  readonly method: AnyAuthMethod;
  /** "key /home/u/.ssh/id_ed25519 (SHA256:…)". */
  readonly label: string;
}

export interface Auth {
  readonly handler: AuthHandlerMiddleware;
  /** What was tried, what was not and why, and what the server takes. */
  failure(): PbError;
}

/** Throws PbError 'auth' where the key file of the inventory cannot be used at all. */
export function authFor(target: Target, keys: KeyFiles): Auth {
  const notes: string[] = [];
  const left = attempts(target, keys, notes);
  const tried: string[] = [];
  let accepted: readonly string[] | null = null;
  const handler: AuthHandlerMiddleware = (methods, _partial, next) => {
    // ssh2 gives null before the server has said what it takes.
    accepted = (methods as readonly string[] | null) ?? accepted;
    const at = left.findIndex(({ method }) => accepted === null || accepted.includes(method.type === 'agent' ? 'publickey' : method.type));
    const [attempt] = at < 0 ? [] : left.splice(at, 1);
    if (attempt) tried.push(attempt.label);
    next((attempt?.method ?? false) as AnyAuthMethod);
  };
  return { handler, failure: () => failure(target, { tried, notes, accepted: accepted ?? [] }) };
}

function attempts(target: Target, keys: KeyFiles, notes: string[]): Attempt[] {
  const reading = { keys, skip: (why: string) => void notes.push(why) };
  const explicit = target.keyFile === undefined ? [] : keyAttempt(target, target.keyFile, reading);
  const locked = target.keyFile !== undefined && explicit.length === 0;
  const agent = target.agent === undefined ? [] : [agentAttempt(target, target.agent, notes)];
  const password = passwordAttempts(target);
  if (target.keyFile !== undefined && locked && agent.length + password.length === 0)
    throw failure(target, { tried: [], notes, accepted: [] });
  const others = target.identityFiles
    .filter((file) => file !== target.keyFile)
    .flatMap((file) => keyAttempt({ ...target, keyFile: undefined }, file, reading));
  // A password that was given is meant: it goes before keys that merely lie around.
  return target.keyFile === undefined && password.length > 0
    ? [...password, ...agent, ...others]
    : [...explicit, ...agent, ...(target.keyFile === undefined ? others : []), ...password];
}

function keyAttempt(
  target: { user: string; name: string; keyFile?: string | undefined },
  file: string,
  { keys, skip }: { readonly keys: KeyFiles; skip(why: string): void },
): Attempt[] {
  const found = keys.read(file);
  if (found.is === 'key') {
    const method = { type: 'publickey', username: target.user, key: found.key } as const;
    // ssh2 takes a parsed key too, which its types do not say.
    return [{ method: method as unknown as AnyAuthMethod, label: `key ${file} (${found.fingerprint})` }];
  }
  if (found.is === 'missing') {
    if (target.keyFile !== file) return [];
    throw new PbError('auth', `${target.name}: cannot read the key file ${file}: ${found.why}`, {
      hint: 'check ansible_ssh_private_key_file',
    });
  }
  if (/encrypted|passphrase/i.test(found.why)) skip(`key ${file} is locked by a passphrase: load it into an agent with ssh-add`);
  else skip(`key ${file} cannot be used: ${found.why}`);
  return [];
}

function passwordAttempts(target: Target): Attempt[] {
  const password = target.password?.reveal();
  if (password === undefined) return [];
  const username = target.user;
  return [
    { method: { type: 'password', username, password }, label: 'password' },
    {
      method: {
        type: 'keyboard-interactive',
        username,
        // Anything but a hidden question is not about the password.
        prompt: (_name, _instructions, _lang, prompts, finish) => finish(prompts.map((prompt) => (prompt.echo ? '' : password))),
      },
      label: 'keyboard-interactive with the password',
    },
  ];
}

/** An agent whose keys are counted, and of which only the wanted ones are offered under IdentitiesOnly. */
function agentAttempt(target: Target, socket: string, notes: string[]): Attempt {
  const files = [target.keyFile ?? [], target.identityFiles].flat();
  const only = target.identitiesOnly ? files.flatMap(publicHalf) : undefined;
  return {
    method: { type: 'agent', username: target.user, agent: new OfferedAgent(socket, only, notes) },
    label: `keys of the agent ${socket}`,
  };
}

class OfferedAgent extends BaseAgent {
  readonly #agent: BaseAgent;
  readonly #only: readonly Buffer[] | undefined;
  readonly #notes: string[];

  constructor(socket: string, only: readonly Buffer[] | undefined, notes: string[]) {
    super();
    this.#agent = createAgent(socket);
    this.#only = only;
    this.#notes = notes;
  }

  override getIdentities(done: Parameters<BaseAgent['getIdentities']>[0]): void {
    this.#agent.getIdentities((error, keys) => {
      if (error) {
        // Not an error of the connection: the next method gets its turn.
        this.#notes.push(`the agent did not answer: ${error.message}`);
        return done(null, []);
      }
      const publicKey = (key: string | Buffer | ParsedKey | PublicKeyEntry): Buffer | undefined =>
        typeof key === 'object' && 'getPublicSSH' in key ? key.getPublicSSH() : undefined;
      const offered = (keys ?? []).filter((key) => this.#only?.some((one) => publicKey(key)?.equals(one)) ?? true);
      this.#notes.push(`the agent offered ${offered.length} of ${keys?.length ?? 0} keys`);
      done(null, offered);
    });
  }

  override sign(...args: unknown[]): void {
    (this.#agent.sign as (...args: unknown[]) => void).apply(this.#agent, args);
  }
}

/** The public key beside a private one. */
function publicHalf(file: string): Buffer[] {
  try {
    const key = parsedKey(readFileSync(`${file}.pub`));
    return key instanceof Error ? [] : [key.getPublicSSH()];
  } catch {
    return [];
  }
}

function failure(target: Target, what: { tried: readonly string[]; notes: readonly string[]; accepted: readonly string[] }): PbError {
  const tried = what.tried.length > 0 ? `tried: ${what.tried.join('; ')}` : 'nothing to try';
  const server = what.accepted.length > 0 ? `; the server takes: ${what.accepted.join(', ')}` : '';
  const notes = what.notes.map((note) => `; ${note}`).join('');
  return new PbError('auth', `${target.name}: ${target.user}@${target.address} was not let in (${tried}${server}${notes})`, {
    hint: `check ansible_user (${target.user}), ansible_ssh_private_key_file and authorized_keys on the host`,
    details: { tried: what.tried, notes: what.notes, serverMethods: what.accepted },
  });
}
