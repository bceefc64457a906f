/** sudo: who may become whom, with which password, and what it says where not. */
import type { Machine } from '../kernel/machine.ts';
import type { Credentials, Process } from '../kernel/process.ts';
import { textOf } from '../world/bytes.ts';
import type { User, World } from '../world/types.ts';
import { getopt, type Live } from './program.ts';
import { becomes } from './run-others.ts';
import { say } from './streams.ts';

const SECURE_PATH = '/sbin:/bin:/usr/sbin:/usr/bin';
const TRIES = 3;
/** Defaults env_keep of RHEL's sudoers. */
const KEPT = /^(?:LANG|LANGUAGE|LC_.*|COLORS|DISPLAY|HOSTNAME|TERM|TZ|KDEDIR)$/;

/** Identity with supplementary groups, as initgroups gives them. */
export const credentialsOf = (world: World, user: User): Credentials => ({
  user: user.name,
  uid: user.uid,
  gid: user.gid,
  groups: [user.gid, ...world.groups.filter(({ members }) => members.includes(user.name)).map(({ gid }) => gid)],
});

/** A login's environment. */
export const loginEnv = (user: User, path = '/usr/local/bin:/usr/bin:/usr/local/sbin:/usr/sbin'): Map<string, string> =>
  new Map([
    ['SHELL', user.shell],
    ['PWD', user.home],
    ['LOGNAME', user.name],
    ['HOME', user.home],
    ['LANG', 'C.UTF-8'],
    ['USER', user.name],
    ['PATH', path],
  ]);

async function live(machine: Machine, process: Process): Promise<number> {
  const form = {
    short: 'HnSEkKvlbisAu:g:p:U:C:h:r:t:',
    long: { 'set-home': 'H', 'non-interactive': 'n', stdin: 'S', prompt: 'p:', user: 'u:', login: 'i', shell: 's', 'preserve-env': 'E?' },
    ordered: true,
  };
  const { flags, values, rest, unknown } = getopt(process.argv.slice(1), form);
  if (unknown) {
    await say(process, `sudo: ${unknown}\nusage: sudo -h | -K | -k | -V\n`);
    return 1;
  }
  const { world } = machine;
  const me = world.users.find(({ uid }) => uid === process.who.uid);
  const name = values.get('u') ?? 'root';
  const target = world.users.find((user) => user.name === name || (name.startsWith('#') && String(user.uid) === name.slice(1)));
  if (!target) {
    await say(process, `sudo: unknown user ${name}\nsudo: error initializing audit plugin sudoers_audit\n`);
    return 1;
  }
  if (me?.uid !== 0 && !(await authenticated(process, me, { flags, prompt: values.get('p'), host: world.hostname }))) return 1;
  if (me?.uid !== 0 && me?.sudo === 'none') {
    await say(process, `${me.name} is not in the sudoers file.  This incident will be reported.\n`);
    return 1;
  }
  const env = [...process.env].filter(([key]) => flags.has('E') || KEPT.test(key));
  const caller = process.who;
  process.env = new Map([...loginEnv(target, SECURE_PATH), ...env]);
  process.env.set('PATH', SECURE_PATH);
  process.env.set('SUDO_USER', caller.user);
  process.env.set('SUDO_UID', String(caller.uid));
  process.env.set('SUDO_GID', String(caller.gid));
  process.env.delete('PWD');
  process.who = credentialsOf(world, target);
  if (flags.has('i')) process.cwd = target.home;
  const words = [...rest];
  while (/^[A-Za-z_]\w*=/.test(words[0] ?? '')) {
    const word = words.shift() ?? '';
    process.env.set(word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1));
  }
  process.env.set('SUDO_COMMAND', words.join(' '));
  const shell = flags.has('i') || flags.has('s');
  const argv = shell ? [target.shell, ...(words.length > 0 ? ['-c', words.join(' ')] : [])] : words;
  if (argv.length === 0) {
    if (flags.has('v')) return 0;
    await say(process, 'usage: sudo -h | -K | -k | -V\n');
    return 1;
  }
  const found = machine.search(process, argv[0] ?? '');
  if (!found) {
    await say(process, `sudo: ${argv[0]}: command not found\n`);
    return 1;
  }
  return becomes(machine, process, argv);
}

async function authenticated(
  process: Process,
  me: User | undefined,
  how: { readonly flags: ReadonlySet<string>; readonly prompt: string | undefined; readonly host: string },
): Promise<boolean> {
  if (me?.sudo === 'nopasswd') return true;
  if (how.flags.has('n')) {
    await say(process, 'sudo: a password is required\n');
    return false;
  }
  if (!how.flags.has('S')) {
    await say(
      process,
      'sudo: a terminal is required to read the password; either use the -S option to read from standard input or configure an askpass helper\nsudo: a password is required\n',
    );
    return false;
  }
  const prompt = (how.prompt ?? `[sudo] password for ${me?.name ?? ''}: `)
    .replaceAll('%p', me?.name ?? '')
    .replaceAll('%u', me?.name ?? '')
    .replaceAll('%h', how.host);
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    await say(process, prompt);
    const line = await process.until(process.file(0).readLine());
    if (line === undefined) {
      await say(
        process,
        attempt === 1
          ? '\nsudo: no password was provided\nsudo: a password is required\n'
          : `\nsudo: ${attempt - 1} incorrect password attempt${attempt > 2 ? 's' : ''}\n`,
      );
      return false;
    }
    if (me?.password !== undefined && textOf(line).replace(/\n$/, '') === me.password) return true;
    if (attempt < TRIES) await say(process, 'Sorry, try again.\n');
  }
  await say(process, `sudo: ${TRIES} incorrect password attempts\n`);
  return false;
}

export const sudo: Live = { names: ['sudo'], live };
