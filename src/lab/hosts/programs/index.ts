/** Every program a host has, and how its file becomes a running process. */
import { randomUUID } from 'node:crypto';
import type { Image, Loader, Machine } from '../kernel/machine.ts';
import type { Process } from '../kernel/process.ts';
import { bytesOf, NOTHING, textOf } from '../world/bytes.ts';
import { place } from '../world/files.ts';
import { type Dir, dataOf, type Node } from '../world/tree.ts';
import type { World } from '../world/types.ts';
import { aboutPrograms } from './about.ts';
import { accountPrograms } from './accounts.ts';
import { attributePrograms } from './attributes.ts';
import { blkid } from './blkid.ts';
import { blockdev } from './blockdev.ts';
import { dd } from './dd.ts';
import { df } from './df.ts';
import { filePrograms } from './files.ts';
import { findProgram } from './find.ts';
import { findmntPrograms } from './findmnt.ts';
import { getent } from './getent.ts';
import { ipProgram } from './ip.ts';
import { ls } from './ls.ts';
import { lsblk } from './lsblk.ts';
import { machinePrograms } from './machine.ts';
import { mkfsPrograms } from './mkfs.ts';
import { mountPrograms } from './mount.ts';
import { od } from './od.ts';
import { echoText, printfText } from './printf.ts';
import { processPrograms } from './processes.ts';
import { fail, ok, type Program, type Pure, type Result } from './program.ts';
import { runOthers } from './run-others.ts';
import { ssProgram } from './ss.ts';
import { statPrograms } from './stat.ts';
import { streams } from './streams.ts';
import { sudo } from './sudo.ts';
import { sums } from './sums.ts';
import { systemPrograms } from './system.ts';
import { systemctl } from './systemctl.ts';
import { TestTrouble, testHolds } from './test.ts';
import { textTools } from './text.ts';
import { udevadm } from './udevadm.ts';
import { wipefs } from './wipefs.ts';

const testProgram: Program = {
  names: ['test', '['],
  run(args, { name, context }) {
    if (name === '[' && args.at(-1) !== ']') return fail("[: missing ']'", 2);
    try {
      return { code: testHolds(name === '[' ? args.slice(0, -1) : args, context) ? 0 : 1 };
    } catch (error) {
      if (error instanceof TestTrouble) return fail(`${name}: ${error.program}`, 2);
      throw error;
    }
  },
};

const printfProgram: Program = {
  names: ['printf'],
  run(args) {
    const { text, trouble } = printfText(args);
    if (trouble === undefined) return ok(text);
    if ('usage' in trouble) return fail("printf: missing operand\nTry 'printf --help' for more information.");
    return fail(`printf: '${trouble.number}': expected a numeric value`, 1, text);
  },
};

const PROGRAMS: readonly Program[] = [
  ...[lsblk, blkid, wipefs, blockdev, udevadm, dd, ls, df, findProgram, getent, od, sudo, systemctl, textTools, testProgram, printfProgram],
  ...[
    ...mkfsPrograms,
    ...mountPrograms,
    ...findmntPrograms,
    ...statPrograms,
    ...filePrograms,
    ...accountPrograms,
    ...attributePrograms,
    ...systemPrograms,
    ...machinePrograms,
    ...aboutPrograms,
    ...processPrograms,
    ipProgram,
    ssProgram,
    ...sums,
    ...streams,
    ...runOthers,
  ],
  { names: ['echo'], run: (args) => ok(echoText(args)) },
  { names: ['pwd'], run: (_, { context }) => ok(`${context.cwd}\n`) },
];

const byName = new Map(PROGRAMS.flatMap((program) => program.names.map((name) => [name, program] as const)));

/** Administrators' programs are in sbin. */
const SBIN =
  /^(?:blkid|wipefs|(?:user|group)(?:add|mod|del)|chpasswd|mkfs.*|mke2fs|mkswap|swap.*|sysctl|udevadm|reboot|ip|partprobe|modprobe|restorecon|multipath|dmsetup|losetup|blockdev)$/;

const STAMP = '\x7fELF lab:';

/** A file that says which program it is, so that copying or removing it does what it should. */
const programFile = (name: string, index: number): Node => ({
  kind: 'file',
  mode: 0o755,
  uid: 0,
  gid: 0,
  mtime: 1_700_000_000,
  ino: 50_000 + index,
  data: bytesOf(`${STAMP}${name}\n`),
});

/** A program of the lab's hosts, or one that can only lie. */
export const withProgram = (world: World, name: string, now: number): World =>
  byName.has(name) ? world : place(world, `/usr/bin/${name}`, { node: programFile(name, byName.size), now });

const absent: Program = { names: [], run: (_, { name }) => fail(`sh: ${name}: command not found`, 127) };

/** /usr/bin and /usr/sbin; every host of a lab begins with these very directories. */
export const PROGRAM_DIRS: { readonly bin: Dir; readonly sbin: Dir } = (() => {
  const files = [...byName.keys()].map((name, index) => [name, programFile(name, index)] as const);
  const dir = (ino: number, fits: (name: string) => boolean): Dir => ({
    ...{ kind: 'dir', mode: 0o755, uid: 0, gid: 0, mtime: 1_700_000_000, ino },
    entries: new Map(files.filter(([name]) => fits(name))),
  });
  return { bin: dir(49_998, (name) => !SBIN.test(name)), sbin: dir(49_999, (name) => SBIN.test(name)) };
})();

/** A program, or a script with its interpreter in the first line. */
export const loader: Loader = (machine, file, argv) => {
  if (file.node.kind !== 'file') return undefined;
  const text = textOf(dataOf(file.node).subarray(0, 200));
  const [line = ''] = text.split('\n');
  if (line.startsWith(STAMP)) {
    const name = line.slice(STAMP.length);
    return image(machine, byName.get(name) ?? absent, { name, argv });
  }
  const [, interpreter, option] = /^#! *(\S+)(?: +(\S+))?/.exec(line) ?? [];
  const shell = byName.get('sh');
  const known = interpreter?.endsWith('/env') ? option : interpreter?.replace(/^.*\//, '');
  const program = known === undefined ? shell : byName.get(known);
  const words = [known ?? 'sh', ...(option !== undefined && !interpreter?.endsWith('/env') ? [option] : []), file.path, ...argv.slice(1)];
  return program && image(machine, program, { name: known ?? 'sh', argv: words });
};

function image(machine: Machine, program: Program, as: { readonly name: string; readonly argv: readonly string[] }): Image {
  return async (process) => {
    process.argv = as.argv;
    const lie = machine.faults.lie(as.argv);
    const delay = machine.faults.delay(as.argv);
    if (delay > 0) await process.until(machine.sleep(delay, process.alive));
    if (lie) return written(process, lie);
    return 'live' in program ? program.live(machine, process) : pure(machine, process, { program, name: as.name });
  };
}

async function pure(
  machine: Machine,
  process: Process,
  { program, name }: { readonly program: Pure; readonly name: string },
): Promise<number> {
  const args = process.argv.slice(1);
  const stdin = program.input?.(args) ? await process.until(process.file(0).readAll()) : NOTHING;
  const sight = machine.sight(process);
  const context = { ...sight, env: process.env, umask: process.umask, user: process.who.user, uuid: randomUUID, pid: process.pid };
  const result = program.run(args, { name, stdin, context });
  if (result.world) machine.world = result.world;
  if (result.takesMs) await process.until(machine.sleep(result.takesMs, process.alive));
  return written(process, result);
}

async function written(process: Process, { code, stdout, stderr }: Pick<Result, 'code' | 'stdout' | 'stderr'>): Promise<number> {
  if (stdout) await process.write(1, typeof stdout === 'string' ? bytesOf(stdout) : stdout);
  if (stderr) await process.write(2, bytesOf(stderr));
  return code;
}
