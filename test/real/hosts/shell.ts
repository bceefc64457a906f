/** A real host past pb: commands through the OpenSSH client on one kept connection, since a login costs an emulated host a second. */
import { join } from 'node:path';
import { execa } from 'execa';
import type { Far } from '../../transports/conformance/far.ts';
import type { Vm } from '../parts/vm.ts';

export interface VmShell extends Far {
  /** As root. */
  root(script: string): Promise<string>;
  /** Makes a port of the host's loopback lead to another address as this machine sees it: hosts here have no other way to each other. */
  lead(port: number, to: { readonly address: string; readonly port: number }): Promise<void>;
  close(): Promise<void>;
}

/** `dir`: where the client keeps its control socket. */
export function vmShell(vm: Vm, dir: string, user = 'core'): VmShell {
  const options = [
    ...['BatchMode=yes', 'IdentitiesOnly=yes', 'LogLevel=ERROR', 'StrictHostKeyChecking=yes', `UserKnownHostsFile=${vm.knownHostsFile}`],
    ...['ControlMaster=auto', `ControlPath=${join(dir, `${vm.name}-${user}`)}`, 'ControlPersist=60', 'ConnectTimeout=20'],
  ].flatMap((option) => ['-o', option]);
  const target = ['-F', 'none', ...options, '-i', vm.keyFile, '-p', String(vm.port), `${user}@${vm.address}`];
  const run = (argv: readonly string[], input?: Uint8Array) =>
    execa('ssh', argv, { input: input ?? Buffer.alloc(0), encoding: 'buffer', stripFinalNewline: false, reject: false });
  const sh: Far['sh'] = async (script, input) => {
    const { exitCode, stdout } = await run([...target, script], input);
    return { code: exitCode ?? -1, stdout: Buffer.from(stdout) };
  };
  return {
    sh,
    async root(script) {
      const { code, stdout } = await sh('sudo sh -e', Buffer.from(`${script}\n`));
      if (code !== 0) throw new Error(`exit code ${code} on ${vm.name}: ${script}`);
      return stdout.toString();
    },
    async lead(port, to) {
      await sh('true');
      const { exitCode, stderr } = await run(['-O', 'forward', '-R', `127.0.0.1:${port}:${to.address}:${to.port}`, ...target]);
      if (exitCode !== 0) throw new Error(Buffer.from(stderr).toString());
    },
    close: async () => void (await run(['-O', 'exit', ...target])),
  };
}
