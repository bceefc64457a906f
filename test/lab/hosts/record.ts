/** Asks a real (emulated) host everything in questions/ and keeps its answers as test data. Run by scripts/record-programs.mjs. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Document, isCollection, isScalar, visit } from 'yaml';
import { startHost, type Vm } from '../../real/parts/vm.ts';
import { ALL } from './questions/all.ts';
import { SIZE } from './questions/disks.ts';
import { unasked } from './questions/probes.ts';
import type { Question, Situation } from './questions/question.ts';
import { startSystemd } from './record-systemd.ts';

/** One character per byte. */
export interface Answer {
  readonly argv?: readonly string[];
  readonly probe?: string;
  readonly args?: unknown;
  /** Left out: 0 and nothing. */
  readonly code?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  /** What `afterwards` of the situation says once it has run. */
  readonly afterwards?: string;
}

const DISKS = { data: '/dev/sda', locked: '/dev/sdb' } as const;

/** Words of a question: `$D` is expanded, nothing else. */
const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`.replaceAll('$D', `'"$D"'`).replaceAll(`\${D}`, `'"$D"'`);
const command = ({ argv }: Question): string => `ask ${argv.map(quoted).join(' ')}`;

/** Files of each user's own: /tmp lets nobody write to another's. */
const ASK = `o=/tmp/$(id -u).out e=/tmp/$(id -u).err
ask() { "$@" >$o 2>$e </dev/null; printf '%s ' $?; base64 -w0 $o; printf ' '; base64 -w0 $e; echo; }`;

async function run(vm: Vm, script: string, shell: string): Promise<readonly string[]> {
  const { exitCode, stdout, stderr } = await vm.ssh(shell, { stdin: script, timeoutMs: 900_000 });
  if (exitCode !== 0) throw new Error(`exit code ${exitCode}: ${script}\n${stderr}`);
  return stdout.split('\n').filter((line) => line !== '');
}

interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}
function said(line: string | undefined): Said {
  const [code, stdout = '', stderr = ''] = (line ?? '').split(' ');
  const text = (base64: string): string => Buffer.from(base64, 'base64').toString('latin1');
  return { code: Number(code), stdout: text(stdout), stderr: text(stderr) };
}

function answer({ argv, probe }: Question, { code, stdout, stderr }: Said, afterwards?: Said): Answer {
  return {
    ...(probe ? { probe: probe.name, args: probe.args } : { argv }),
    ...(code === 0 ? {} : { code }),
    ...(stdout === '' ? {} : { stdout }),
    ...(stderr === '' ? {} : { stderr }),
    ...(afterwards ? { afterwards: afterwards.stdout } : {}),
  };
}

async function situation(vm: Vm, one: Situation): Promise<readonly Answer[]> {
  const { as, disk, before, after, looks, acts, afterwards } = one;
  const shell = one.systemd ? `sudo ${await startSystemd(vm)} sh` : as === 'root' ? 'sudo sh' : 'sh';
  const quiet = '>/dev/null 2>&1 </dev/null';
  const settle = disk === undefined ? ':' : 'udevadm settle';
  const blank =
    disk !== undefined
      ? `D=${DISKS.data}; dd if=/dev/zero of=$D bs=1M count=64 ${quiet}; dd if=/dev/zero of=$D bs=1M seek=${SIZE / 1024 ** 2 - 1} count=1 ${quiet}; wipefs -a $D ${quiet}; blockdev --rereadpt $D ${quiet}; udevadm settle; D=${DISKS[disk]}`
      : ':';
  const begin = `${blank}\n{ ${before}; } ${quiet}\n${settle}`;
  const end = after ? `{ ${after}; } ${quiet}` : ':';
  const asked = [
    ...(looks.length === 0 ? [] : [begin, ...looks.map(command), end]),
    ...acts.flatMap((act) => [begin, command(act), settle, ...(afterwards ? [command(afterwards)] : []), end]),
  ];
  const lines = await run(vm, [`D=${disk ? DISKS[disk] : ''}; LC_ALL=C; export LC_ALL D; umask 022`, ASK, ...asked].join('\n'), shell);
  const each = afterwards ? 2 : 1;
  if (lines.length !== looks.length + acts.length * each) throw new Error(`${lines.length} answers: ${lines.at(-1)}`);
  return [
    ...looks.map((look, index) => answer(look, said(lines[index]))),
    ...acts.map((act, index) => {
      const at = looks.length + index * each;
      return answer(act, said(lines[at]), afterwards && said(lines[at + 1]));
    }),
  ];
}

/** Words in one line, what was said as it was said. */
function written(tool: string, answers: readonly Answer[]): string {
  const document = new Document({ tool, answers });
  visit(document, {
    Pair(_, { key, value }) {
      if (isScalar(key) && (key.value === 'argv' || key.value === 'args') && isCollection(value)) value.flow = true;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false, doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER });
}

/** `only`: names of situations; none: all of them. */
export async function record(folder: string, only: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const sizeMiB = SIZE / 1024 ** 2;
  const vm = await startHost({
    name: 'worker01',
    address: '127.0.0.77',
    disks: [
      { kind: 'scsi', sizeMiB, serial: 'DATA1', wwn: '0x5000c500a1b2c301' },
      { kind: 'scsi', sizeMiB, serial: 'LOCKED1', wwn: '0x5000c500a1b2c302', readOnly: true },
    ],
  });
  try {
    // The sh of RHCOS is bash. The disks are asked about by name, so the names have to be these.
    const names = 'readlink -f /dev/disk/by-id/wwn-0x5000c500a1b2c301 /dev/disk/by-id/wwn-0x5000c500a1b2c302';
    const [data, locked, ...tool] = await run(
      vm,
      `ln -sf bash /bin/sh; ${names}; lsblk --version; . /etc/os-release; echo "$PRETTY_NAME"`,
      'sudo sh',
    );
    if (data !== DISKS.data || locked !== DISKS.locked) throw new Error(`the disks are ${data} and ${locked} this time; start again`);
    for (const one of ALL.filter(({ name }) => only.length === 0 || only.includes(name))) {
      await writeFile(join(folder, `${one.name}.case.yaml`), written(tool.join(', '), await situation(vm, one)));
      console.log(one.name);
    }
    const missing = await unasked(ALL);
    if (missing.length > 0) console.log(`Asked by nothing yet: the probes ${missing.join(', ')}.`);
  } finally {
    await vm.close();
  }
}
