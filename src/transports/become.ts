/** Starting a shell on a link as some user: sudo, its password dialogue and its complaints. */
import { PbError } from '../core/diagnostic.ts';
import type { Become } from '../core/inventory.ts';
import { type Link, LinkLost, type Wire } from './link.ts';
import { quote } from './quote.ts';
import { type Boot, nonce, type Place } from './sh/boot.ts';
import { greeting } from './sh/greeting.ts';

export interface Shell {
  readonly wire: Wire;
  /** Undefined where the host has no /proc. */
  readonly place: Place | undefined;
}

export interface Opening {
  readonly link: Link;
  readonly become: Become | undefined;
  readonly boot: Boot;
  /** Sent as soon as the shell can take it. */
  readonly first?: Buffer;
  /** How long sudo may think: a host name that does not resolve costs it 20 s. */
  readonly limitMs: number;
}

/** Opens a shell that has greeted. Throws PbError 'become' or 'unreachable', or LinkLost. */
export async function openShell(opening: Opening): Promise<Shell> {
  const { link, become, boot, first } = opening;
  const as = become && become.user !== link.user ? become : undefined;
  const prompt = `${nonce()}:`;
  const wire = await link.open(as ? `exec ${sudo(as, prompt)} ${boot.command('unset LC_ALL; ')}` : `exec ${boot.command()}`);
  const dialogue = as?.password && passwordDialogue(wire, prompt, as.password.reveal());
  const sent = first !== undefined && !dialogue;
  if (sent) wire.stdin.write(first);
  const failed = (code: number, stderr: string): PbError =>
    as ? sudoFailure(said(stderr, prompt), as, link) : loginFailure(code, stderr.trim(), link);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooLate(opening)), opening.limitMs);
  });
  try {
    const place = await Promise.race([
      greeting(wire, boot.nonce, { failed, ...(dialogue ? { onStderr: dialogue.heard } : {}) }),
      late,
      ...(dialogue ? [dialogue.refused.then((text) => Promise.reject(failed(1, text)))] : []),
    ]);
    if (first && dialogue) wire.stdin.write(first);
    return { wire, place };
  } catch (error) {
    wire.close();
    throw error instanceof LinkLost ? new LinkLost(error.message, sent) : error;
  } finally {
    clearTimeout(timer);
  }
}

/** LC_ALL=C, so that the complaints are the ones known here; the shell takes it back. */
function sudo(become: Become, prompt: string): string {
  const asks = become.password ? ['-S', '-p', prompt] : ['-n'];
  return ['env', 'LC_ALL=C', become.exe ?? 'sudo', '-H', ...asks, ...(become.flags ?? []), '-u', become.user, '--'].map(quote).join(' ');
}

interface Dialogue {
  heard(stderr: string): void;
  /** Fulfilled with stderr when sudo asks a second time. */
  readonly refused: Promise<string>;
}

/** Answers the first prompt; a second one means that the answer was wrong. The password goes through stdin only. */
function passwordDialogue(wire: Wire, prompt: string, password: string): Dialogue {
  let refuse: (stderr: string) => void = () => undefined;
  const refused = new Promise<string>((resolve) => {
    refuse = resolve;
  });
  let answered = 0;
  return {
    refused,
    heard(stderr) {
      const prompts = stderr.split(prompt).length - 1;
      // PAM may insist on a prompt of its own.
      const asked = prompts > 0 ? prompts : /password[^\n]*: ?$/i.test(stderr) ? 1 : 0;
      if (asked > 1) refuse(stderr);
      else if (asked > answered) {
        answered = asked;
        wire.stdin.write(`${password}\n`);
      }
    },
  };
}

const said = (stderr: string, prompt: string): string =>
  stderr
    .replaceAll(prompt, '\n')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^sudo: unable to resolve host/.test(line))
    .join('; ');

/** What sudo says → what to do about it. The first that fits. */
const COMPLAINTS: readonly [RegExp, string, string][] = [
  [
    /a password is required|no password was provided/,
    'sudo asks for a password and none was given',
    'set ansible_become_password, or allow it without: "USER ALL=(ALL) NOPASSWD: ALL" in /etc/sudoers.d',
  ],
  [/try again|incorrect password|authentication failure/i, 'sudo did not accept the password', 'check ansible_become_password'],
  [/not in the sudoers|not allowed to|may not run/, 'sudo does not allow it', 'add a rule to /etc/sudoers.d on the host'],
  [/unknown user/, 'there is no such user on the host', 'check become_user'],
  [/must have a tty|no tty present/, 'sudo wants a terminal', 'remove "requiretty" from /etc/sudoers, or exempt the user'],
  [/sudo.*(not found|No such file)/, 'sudo is not installed on the host', 'install sudo, or log in as the user wanted'],
];

function sudoFailure(text: string, become: Become, link: Link): PbError {
  const [, why, hint] = COMPLAINTS.find(([pattern]) => pattern.test(text)) ?? [];
  const message = `${link.name}: cannot become ${become.user} from ${link.user}: ${why ?? 'sudo ended without starting a shell'}`;
  return new PbError('become', text ? `${message} (${text})` : message, {
    hint: (hint ?? 'try the same sudo by hand on the host').replace('USER', link.user),
    details: { stderr: text },
  });
}

const loginFailure = (code: number, stderr: string, link: Link): PbError =>
  new PbError('unreachable', `${link.name}: the login shell of ${link.user} did not start sh: ${stderr || `exit code ${code}`}`, {
    hint: 'the user needs a login shell that runs commands, and sh in its PATH',
    details: { stderr, exitCode: code },
  });

const tooLate = ({ link, become, limitMs }: Opening): PbError =>
  become
    ? new PbError('become', `${link.name}: sudo to ${become.user} did not answer within ${limitMs / 1000} s`, {
        hint: 'see what sudo waits for on the host: PAM, name resolution, a second factor',
      })
    : new PbError('unreachable', `${link.name}: no shell within ${limitMs / 1000} s of logging in`, {
        hint: 'see what the login profile of the user waits for',
      });
