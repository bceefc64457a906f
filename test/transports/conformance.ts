/** What every way to a host must do: one suite, run for local and for ssh. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Step } from '../../src/core/change.ts';
import type { Become } from '../../src/core/inventory.ts';
import type { HostConnection, HostWriter } from '../../src/core/module.ts';
import type { Output, Probe } from '../../src/core/probe.ts';
import { Secret } from '../../src/core/secret.ts';
import type { Transports } from '../../src/transports/index.ts';
import { failure, isRunning } from './failure.ts';
import type { FakeSudo } from './fake-sudo.ts';
import { raw } from './raw-probe.ts';

export interface World {
  /** A directory on the host that is the test's own. */
  readonly dir: string;
  readonly sudo: FakeSudo;
  readonly transports: Transports;
  connect(become?: Become): Promise<HostConnection>;
  close(): Promise<void>;
}

const unending = new AbortController().signal;

export function conformance(title: string, open: () => Promise<World>): void {
  describe(title, () => {
    let world: World;
    let host: HostConnection;
    let writer: HostWriter;
    beforeAll(async () => {
      world = await open();
      host = await world.connect();
      writer = world.transports.hostWriter(host);
    });
    afterAll(() => world?.close());
    const at = (name: string) => join(world.dir, name);
    const ask = (...argv: [string, ...string[]]) => host.reader.ask(raw, argv);
    const run = (step: Parameters<HostWriter['run']>[0]): Promise<Output> => writer.run(step, unending);
    const sh = (script: string, more: Partial<Extract<Step, { do: 'exec' }>> = {}) =>
      run({ do: 'exec', argv: ['sh', '-c', script], ...more });

    describe('questions', () => {
      test('stdout, stderr and exit code come apart', async () => {
        expect(await ask('sh', '-c', 'echo out; echo err >&2; exit 3')).toEqual({ code: 3, stdout: 'out\n', stderr: 'err\n' });
      });

      test('a command that ends without a newline, or says nothing', async () => {
        expect(await ask('printf', 'x')).toEqual({ code: 0, stdout: 'x', stderr: '' });
        expect(await ask('true')).toEqual({ code: 0, stdout: '', stderr: '' });
      });

      test('a command that does not exist has exit code 127', async () => {
        expect(await ask('no-such-command-here')).toMatchObject({ code: 127, stdout: '' });
      });

      test('a command killed by a signal has exit code 128+n', async () => {
        expect((await ask('sh', '-c', 'kill -9 $$')).code).toBe(137);
      });

      test('it reads nothing from the shell it runs in', async () => {
        const [first, second] = await Promise.all([ask('cat'), ask('echo', 'untouched')]);
        expect([first.stdout, second.stdout]).toEqual(['', 'untouched\n']);
      });

      test('200 at once are answered each with its own', async () => {
        const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => ask('sh', '-c', `echo o${i}; echo e${i} >&2; exit ${i}`)));
        expect(answers).toEqual(Array.from({ length: 200 }, (_, i) => ({ code: i, stdout: `o${i}\n`, stderr: `e${i}\n` })));
      });

      test('10 MB on stdout and 1 MB on stderr', async () => {
        const { stdout, stderr } = await ask('sh', '-c', 'head -c 10000000 /dev/zero; head -c 1000000 /dev/zero >&2');
        expect([stdout.length, stderr.length]).toEqual([10_000_000, 1_000_000]);
      });

      test('output that looks like the end of an answer is output', async () => {
        const fake = `pb-${'0'.repeat(32)} 0\n`;
        expect((await ask('printf', '%s', `${fake}\n${fake}`)).stdout).toBe(`${fake}\n${fake}`);
      });

      test('every string comes out as it went in', async () => {
        const word = fc.oneof(
          fc.string({ unit: 'binary', maxLength: 40 }),
          fc.string({ unit: fc.constantFrom(...`'"\\$\`!*?~#&;|<>(){}[]^%=\n\t\r -`), maxLength: 20 }),
        );
        const words = fc.array(
          word.map((text) => text.replaceAll('\0', '')),
          { minLength: 1, maxLength: 5 },
        );
        await fc.assert(
          fc.asyncProperty(words, async (argv) => {
            const { stdout } = await ask('printf', '%s\\0', ...argv);
            expect(stdout.split('\0').slice(0, -1)).toEqual(argv);
          }),
          { numRuns: 150 },
        );
      });

      test('the locale is C, and tools of administrators are in the PATH', async () => {
        expect((await ask('sh', '-c', 'echo $LC_ALL; echo $PATH')).stdout).toMatch(/^C\n.*:\/usr\/sbin:\/sbin\n$/);
      });

      test('only what defineProbe made is asked', async () => {
        const forged = { name: 'forged', argv: () => ['touch', at('forged')], parse: () => null } as unknown as Probe<null, null>;
        expect(await failure(host.reader.ask(forged, null))).toMatchObject({ code: 'bug' });
        expect(existsSync(at('forged'))).toBe(false);
      });

      test('what a reader offers can be handed on as methods of another object', async () => {
        const io = Object.assign(Object.create(host.reader) as HostConnection['reader'], { host: 'other' });
        expect((await io.ask(raw, ['echo', 'x'])).stdout).toBe('x\n');
      });
    });

    describe('reading files', () => {
      test('bytes come as they are', async () => {
        const bytes = randomBytes(300_000);
        writeFileSync(at('binary'), bytes);
        expect(bytes.equals((await host.reader.readFile(at('binary'))) ?? Buffer.alloc(0))).toBe(true);
      });

      test('an empty file is not a missing one', async () => {
        writeFileSync(at('empty'), '');
        expect(await host.reader.readFile(at('empty'))).toEqual(Buffer.alloc(0));
        expect(await host.reader.readFile(at('missing'))).toBeUndefined();
        expect(await host.reader.readFile(at('empty/below'))).toBeUndefined();
      });

      test('a file that cannot be read is an error, not a missing one', async () => {
        symlinkSync('loop', at('loop'));
        const error = await failure(host.reader.readFile(at('loop')));
        expect(error).toMatchObject({ code: 'exec', message: expect.stringContaining('Too many levels of symbolic links') });
        expect(await failure(host.reader.readFile(world.dir))).toMatchObject({ message: expect.stringContaining('Is a directory') });
      });
    });

    describe('exec', () => {
      test('input, directory and environment', async () => {
        const step = { stdin: Secret.of('in\0put'), chdir: world.dir, env: { A: "it's", B: Secret.of('$HOME') } };
        expect(await sh('pwd; printf "%s|" "$A" "$B"; cat', step)).toEqual({
          code: 0,
          stdout: `${world.dir}\nit's|$HOME|in\0put`,
          stderr: '',
        });
      });

      test('without input it finds the end of file', async () => {
        expect(await sh('cat; echo end')).toEqual({ code: 0, stdout: 'end\n', stderr: '' });
      });

      test('a large input', async () => {
        const text = 'x'.repeat(5_000_000);
        expect((await sh('wc -c', { stdin: text })).stdout.trim()).toBe('5000000');
      });

      test('input that nobody reads is no error', async () => {
        expect((await sh('exit 4', { stdin: 'x'.repeat(3_000_000) })).code).toBe(4);
      });

      test('what stays behind in the background does not hold it up', async () => {
        const { stdout } = await sh('sleep 600 & echo $!');
        process.kill(Number(stdout));
      });

      test('secrets are in nobody’s process list while they travel', async () => {
        const { stdout } = await sh('cat /proc/*/cmdline', {
          env: { TOKEN: Secret.of('s3cr3t-in-transit') },
          stdin: Secret.of('s3cr3t-in-transit'),
        });
        expect(stdout).not.toContain('s3cr3t-in-transit');
      });

      test('a directory that is not there is named, and nothing runs', async () => {
        const error = await failure(sh(`touch ${at('ran')}`, { chdir: '/no/such/place' }));
        expect(error).toMatchObject({ code: 'exec', message: expect.stringContaining('cannot change into /no/such/place') });
        expect(existsSync(at('ran'))).toBe(false);
      });

      test('a NUL in an argument is refused before anything runs', async () => {
        expect(await failure(run({ do: 'exec', argv: ['echo', 'a\0b'] }))).toMatchObject({ code: 'args' });
      });
    });

    describe('guards', () => {
      test('a guard that says no stops the command, and its reason is the error', async () => {
        const error = await failure(sh(`touch ${at('guarded')}`, { guard: ['sh', '-c', 'echo no room; echo disk is in use >&2; exit 7'] }));
        expect(error).toMatchObject({
          code: 'refused',
          message: expect.stringContaining('disk is in use'),
          details: { output: { code: 7, stderr: 'disk is in use' }, guard: ['sh', '-c', expect.any(String)] },
        });
        expect(existsSync(at('guarded'))).toBe(false);
      });

      test('a guard leaves no trace in the output, nor takes the input', async () => {
        const step = { guard: ['sh', '-c', 'cat; echo out; echo err >&2'] as const, stdin: 'input' };
        expect(await sh('cat; echo own >&2', step)).toEqual({ code: 0, stdout: 'input', stderr: 'own\n' });
      });

      test('guard and command are children of one shell, one right after the other', async () => {
        const { stdout } = await sh('echo $$', { guard: ['sh', '-c', `echo $PPID >${at('guard-parent')}`] });
        expect(readFileSync(at('guard-parent'), 'utf8')).toBe(stdout);
      });
    });

    describe('stopping', () => {
      const stopDuring = async (reason: unknown) => {
        const control = new AbortController();
        const pids = at(`pids-${randomBytes(4).toString('hex')}`);
        const script = `trap '' TERM; echo said; sleep 600 & echo $! >${pids}; sleep 601; sleep 602`;
        const ended = failure(writer.run({ do: 'exec', argv: ['sh', '-c', script] }, control.signal));
        await vi.waitFor(() => expect(readFileSync(pids, 'utf8')).toMatch(/\d+\n/), { timeout: 10_000 });
        control.abort(reason);
        const error = await ended;
        expect(isRunning(Number(readFileSync(pids, 'utf8')), (path) => readFileSync(path, 'latin1'))).toBe(false);
        return error;
      };

      test('a time limit ends the command with all it started, even if it ignores being asked', async () => {
        expect(await stopDuring(new DOMException('too late', 'TimeoutError'))).toMatchObject({
          code: 'timeout',
          message: 'sh was stopped after its time was up: it was ended on the host',
          details: { output: { stdout: 'said\n', stderr: '' }, mayHaveRun: true },
        });
      });

      test('so does an interruption', async () => {
        expect(await stopDuring('ctrl-c')).toMatchObject({ code: 'interrupted' });
      });

      test('other questions and commands go on meanwhile', async () => {
        const control = new AbortController();
        const long = failure(writer.run({ do: 'exec', argv: ['sleep', '600'] }, control.signal));
        expect((await ask('echo', 'x')).stdout).toBe('x\n');
        expect((await sh('echo y')).stdout).toBe('y\n');
        control.abort();
        await long;
      });

      test('what was stopped before it began does not begin', async () => {
        await expect(writer.run({ do: 'exec', argv: ['touch', at('never')] }, AbortSignal.abort())).rejects.toThrow();
        expect(existsSync(at('never'))).toBe(false);
      });
    });

    describe('files put in place', () => {
      const mode = (path: string) => (lstatSync(path).mode & 0o7777).toString(8);
      const put = (name: string, content: string, more: Partial<Extract<Step, { do: 'write' }>> = {}) =>
        run({ do: 'write', path: at(name), content, ...more });
      const leftovers = () => readdirSync(world.dir).filter((name) => name.startsWith('.pb-'));

      test('text, with its mode', async () => {
        expect(await put('text', "it's ünicode\n%s \\n no newline", { mode: '0640' })).toEqual({ code: 0, stdout: '', stderr: '' });
        expect(readFileSync(at('text'), 'utf8')).toBe("it's ünicode\n%s \\n no newline");
        expect(mode(at('text'))).toBe('640');
      });

      test('any text, small or large', async () => {
        await fc.assert(
          fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (text) => {
            await put('any', text);
            expect(readFileSync(at('any'), 'utf8')).toBe(Buffer.from(text).toString());
          }),
          { numRuns: 40 },
        );
        const large = 'line\n'.repeat(200_000);
        await put('large', large);
        expect(readFileSync(at('large'), 'utf8')).toBe(large);
      });

      test('bytes', async () => {
        const bytes = randomBytes(100_000);
        await put('bytes', bytes.toString('base64'), { encoding: 'base64' });
        expect(readFileSync(at('bytes')).equals(bytes)).toBe(true);
      });

      test('an existing file keeps its mode, a new one gets what the umask leaves', async () => {
        writeFileSync(at('kept'), 'old', { mode: 0o711 });
        await put('kept', 'new');
        expect([readFileSync(at('kept'), 'utf8'), mode(at('kept'))]).toEqual(['new', '711']);
        const umask = Number.parseInt((await sh('umask')).stdout, 8);
        await put('fresh', 'x');
        expect(mode(at('fresh'))).toBe((0o666 & ~umask).toString(8));
      });

      test('a symbolic link is followed', async () => {
        writeFileSync(at('behind'), 'old');
        symlinkSync('behind', at('link'));
        await put('link', 'new');
        expect([lstatSync(at('link')).isSymbolicLink(), readFileSync(at('behind'), 'utf8')]).toEqual([true, 'new']);
      });

      test('what validation refuses is not put in place', async () => {
        writeFileSync(at('valid'), 'good');
        const refused = await put('valid', 'bad', { validate: 'grep -q good %s || { echo not good >&2; false; }' });
        expect(refused).toMatchObject({ code: 1, stderr: 'not good\n' });
        expect(readFileSync(at('valid'), 'utf8')).toBe('good');
        expect(await put('valid', 'very good', { validate: 'grep -q good %s' })).toMatchObject({ code: 0 });
      });

      test('a directory in the way, a missing one above and an unknown owner are said', async () => {
        mkdirSync(at('dir'));
        expect(await put('dir', 'x')).toMatchObject({ code: 1, stderr: `${at('dir')} is a directory\n` });
        expect(await put('none/file', 'x')).toMatchObject({ code: 1, stderr: `the directory ${at('none')} does not exist\n` });
        expect(await put('owned', 'x', { owner: 'no-such-user' })).toMatchObject({
          code: 1,
          stderr: expect.stringContaining('no-such-user'),
        });
        expect(existsSync(at('owned'))).toBe(false);
      });

      test('an upload is checked before it counts', async () => {
        const bytes = randomBytes(3_000_000);
        writeFileSync(at('source'), bytes);
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        const upload = (more: object) => run({ do: 'upload', from: at('source'), path: at('uploaded'), sha256, mode: '0600', ...more });
        expect(await upload({ sha256: '0'.repeat(64) })).toMatchObject({ code: 1, stderr: expect.stringContaining(`sha256 ${sha256}`) });
        expect(existsSync(at('uploaded'))).toBe(false);
        expect(await upload({})).toMatchObject({ code: 0 });
        expect(readFileSync(at('uploaded')).equals(bytes)).toBe(true);
        expect(await failure(upload({ from: at('not-there') }))).toMatchObject({
          code: 'args',
          message: expect.stringContaining('not-there'),
        });
      });

      test('nothing of it is left lying about', () => {
        expect(leftovers()).toEqual([]);
      });
    });

    describe('remove', () => {
      test('a tree, however its name reads', async () => {
        mkdirSync(at("-rf it's/below"), { recursive: true });
        expect(await run({ do: 'remove', path: `${at("-rf it's")}/` })).toMatchObject({ code: 0 });
        expect(existsSync(at("-rf it's"))).toBe(false);
      });

      test('a link goes, what it points to stays', async () => {
        mkdirSync(at('pointed'));
        symlinkSync('pointed', at('pointer'));
        await run({ do: 'remove', path: `${at('pointer')}/` });
        expect([existsSync(at('pointer')), existsSync(at('pointed'))]).toEqual([false, true]);
      });

      test.each(['', '/', '//', '/.', '/tmp/..', 'relative', '/a/../../'])('%j is refused', async (path) => {
        expect(await failure(run({ do: 'remove', path }))).toMatchObject({ code: 'refused' });
      });
    });

    describe('become', () => {
      const as = (user: string, password?: string): Become => ({
        method: 'sudo',
        user,
        ...(password ? { password: Secret.of(password) } : {}),
      });
      const whoIs = async (connection: HostConnection) =>
        (await connection.reader.ask(raw, ['sh', '-c', 'echo $PB_SUDO_USER'])).stdout.trim();

      test('without a password, for questions and for steps', async () => {
        world.sudo.rules({});
        const connection = await world.connect(as('operator'));
        expect(await whoIs(connection)).toBe('operator');
        const step = { do: 'exec', argv: ['sh', '-c', 'echo $PB_SUDO_USER; env | grep LC_ALL'] } as const;
        expect((await world.transports.hostWriter(connection).run(step, unending)).stdout).toBe('operator\n');
      });

      test('with a password that is sent when asked for, and seen by nobody', async () => {
        world.sudo.rules({ password: 'open sesame' });
        const connection = await world.connect(as('keeper', 'open sesame'));
        expect(await whoIs(connection)).toBe('keeper');
        const step = { do: 'exec', argv: ['sh', '-c', 'cat; cat /proc/*/cmdline'], stdin: 'input' } as const;
        const { stdout } = await world.transports.hostWriter(connection).run(step, unending);
        expect(stdout.startsWith('input')).toBe(true);
        expect(stdout).not.toContain('sesame');
        expect(readFileSync(at('sudo-argv'), 'utf8')).not.toContain('sesame');
      });

      test('a password that is not asked for goes nowhere', async () => {
        world.sudo.rules({});
        expect(await whoIs(await world.connect(as('trusted', 'open sesame')))).toBe('trusted');
      });

      test('two users side by side on one connection', async () => {
        world.sudo.rules({});
        const [one, two] = await Promise.all([world.connect(as('one')), world.connect(as('two'))]);
        expect(await Promise.all([whoIs(one), whoIs(two), whoIs(host), whoIs(one)])).toEqual(['one', 'two', '', 'one']);
      });

      test.each([
        { rules: { password: 'right' }, given: undefined, says: /asks for a password and none was given/, hint: /ansible_become_password/ },
        {
          rules: { password: 'right' },
          given: 'wrong',
          says: /did not accept the password \(Sorry, try again/,
          hint: /ansible_become_password/,
        },
        {
          rules: { refuses: 'core is not in the sudoers file.' },
          given: undefined,
          says: /does not allow it \(core is not in the sudoers/,
          hint: /sudoers/,
        },
        { rules: { refuses: 'sudo: unknown user nobody2' }, given: undefined, says: /no such user/, hint: /become_user/ },
        {
          rules: { refuses: 'sudo: sorry, you must have a tty to run sudo' },
          given: undefined,
          says: /wants a terminal/,
          hint: /requiretty/,
        },
      ])('$rules with the password $given', async ({ rules, given, says, hint }) => {
        world.sudo.rules(rules);
        const error = await failure(world.connect(as(`user-${says.source.length}`, given)));
        expect(error).toMatchObject({ code: 'become', message: expect.stringMatching(says), hint: expect.stringMatching(hint) });
      });

      test('sudo that waits for a name server is waited for', async () => {
        world.sudo.rules({ waitsFor: at('resolved'), password: 'right' });
        const connecting = world.connect(as('patient', 'right'));
        await vi.waitFor(() => expect(readFileSync(at('sudo-argv'), 'utf8')).toContain('patient'));
        writeFileSync(at('resolved'), '');
        expect(await whoIs(await connecting)).toBe('patient');
      });
    });
  });
}
