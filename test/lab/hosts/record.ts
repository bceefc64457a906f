/** Asks a real (emulated) host everything in questions.ts and keeps its answers as test data. Run by scripts/record-programs.mjs. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startHost, type Vm } from '../../real/parts/vm.ts';
import { AFTERWARDS, FILES, PLAIN, SITUATIONS, type Situation } from './questions.ts';

export interface Answer {
  readonly argv: readonly string[];
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What `AFTERWARDS` says once it has run. */
  readonly afterwards?: string;
}

const SIZE_MIB = 384;

/** Words of a question: `$D` is expanded, nothing else. */
const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`.replaceAll('$D', `'"$D"'`).replaceAll(`\${D}`, `'"$D"'`);
const command = (argv: readonly string[]): string => argv.map(quoted).join(' ');

const ASK = `ask() { "$@" >/tmp/rec.out 2>/tmp/rec.err </dev/null; printf '%s ' $?; base64 -w0 /tmp/rec.out; printf ' '; base64 -w0 /tmp/rec.err; echo; }`;

async function run(vm: Vm, script: string, root: boolean): Promise<readonly string[]> {
  const { exitCode, stdout, stderr } = await vm.ssh(root ? 'sudo sh' : 'sh', { stdin: script, timeoutMs: 600_000 });
  if (exitCode !== 0) throw new Error(`exit code ${exitCode}: ${script}\n${stderr}`);
  return stdout.split('\n').filter((line) => line !== '');
}

function answer(line: string | undefined, argv: readonly string[]): Answer {
  const [code, stdout = '', stderr = ''] = (line ?? '').split(' ');
  const text = (base64: string): string => Buffer.from(base64, 'base64').toString('latin1');
  return { argv, code: Number(code), stdout: text(stdout), stderr: text(stderr) };
}

async function situation(vm: Vm, one: Situation, disk: string): Promise<readonly Answer[]> {
  const D = `D=${disk}\nLC_ALL=C; export LC_ALL D`;
  const quiet = '>/dev/null 2>&1 </dev/null';
  const blank = one.locked
    ? ':'
    : `dd if=/dev/zero of=$D bs=1M count=64 ${quiet}; dd if=/dev/zero of=$D bs=1M seek=${SIZE_MIB - 1} count=1 ${quiet}; wipefs -a $D ${quiet}; blockdev --rereadpt $D ${quiet}; udevadm settle`;
  const begin = `${blank}\n{ ${one.before}; } ${quiet}\nsync; udevadm settle`;
  const end = one.after ? `{ ${one.after}; } ${quiet}\n` : '';
  const looks = await run(vm, `${ASK}\n${D}\n${begin}\n${one.looks.map((argv) => `ask ${command(argv)}`).join('\n')}\n${end}`, true);
  const acts: Answer[] = [];
  for (const argv of one.acts) {
    const lines = await run(
      vm,
      `${ASK}\n${D}\n${begin}\nask ${command(argv)}\nudevadm settle\nask ${command(AFTERWARDS)}\numount $D ${quiet} || :\n${end}`,
      true,
    );
    acts.push({ ...answer(lines[0], argv), afterwards: answer(lines[1], AFTERWARDS).stdout });
  }
  return [...one.looks.map((argv, index) => answer(looks[index], argv)), ...acts];
}

export async function record(folder: string, only: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const vm = await startHost({
    name: 'worker01',
    address: '127.0.0.77',
    disks: [
      { kind: 'scsi', sizeMiB: SIZE_MIB, serial: 'DATA1', wwn: '0x5000c500a1b2c301' },
      { kind: 'scsi', sizeMiB: SIZE_MIB, serial: 'LOCKED1', wwn: '0x5000c500a1b2c302', readOnly: true },
    ],
  });
  try {
    const tool = (await run(vm, 'lsblk --version; . /etc/os-release; echo "$PRETTY_NAME"', false)).join(', ');
    const keep = (name: string, answers: readonly Answer[]): Promise<void> =>
      writeFile(join(folder, `${name}.case.json`), `${JSON.stringify({ tool, answers }, null, 1)}\n`);
    for (const one of SITUATIONS) {
      if (only.length > 0 && !only.includes(one.name)) continue;
      const [disk = ''] = await run(vm, `readlink -f /dev/disk/by-id/wwn-0x5000c500a1b2c30${one.locked ? 2 : 1}`, true);
      await keep(one.name, await situation(vm, one, disk));
      console.log(one.name);
    }
    if (only.length === 0 || only.includes('plain')) {
      const prepared = `LC_ALL=C; export LC_ALL; umask 022; ${ASK}`;
      const fresh = `rm -rf /tmp/rec; mkdir /tmp/rec; cd /tmp/rec; ${FILES}`;
      const lines = await run(
        vm,
        `${prepared}\n${PLAIN.map((argv) => `${fresh}\nask ${argv.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')}`).join('\n')}`,
        false,
      );
      await keep(
        'plain',
        PLAIN.map((argv, index) => answer(lines[index], argv)),
      );
    }
  } finally {
    await vm.close();
  }
}
