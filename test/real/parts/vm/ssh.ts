import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

export type SshTarget = { address: string; port: number; keyFile: string; knownHostsFile: string };
export type SshOptions = { user?: string; stdin?: string; password?: string; timeoutMs?: number };
/** Exit codes are ssh's own: 255 when there was no connection or it broke; -1: no answer within the time limit. */
export type SshResult = { exitCode: number; stdout: string; stderr: string };

/** One command through the OpenSSH client, as a person would run it; nothing of the caller's own ssh set-up takes part. */
export async function runSsh(target: SshTarget, command: string, options: SshOptions = {}): Promise<SshResult> {
  const { user = 'core', stdin, password, timeoutMs = 60_000 } = options;
  const login =
    password === undefined
      ? ['-o', 'BatchMode=yes', '-o', 'IdentitiesOnly=yes', '-i', target.keyFile]
      : ['-o', 'PubkeyAuthentication=no', '-o', 'PreferredAuthentications=password', '-o', 'NumberOfPasswordPrompts=1'];
  const known = ['-o', 'StrictHostKeyChecking=yes', '-o', `UserKnownHostsFile=${target.knownHostsFile}`, '-o', 'LogLevel=ERROR'];
  const result = await execa('ssh', ['-F', 'none', ...known, ...login, '-p', String(target.port), `${user}@${target.address}`, command], {
    reject: false,
    timeout: timeoutMs,
    stripFinalNewline: false,
    ...(stdin === undefined ? { stdin: 'ignore' as const } : { input: stdin }),
    // ssh takes a password from a program only: this one prints the variable set beside it.
    env: password === undefined ? {} : { SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force', PB_TEST_PASSWORD: password },
  });
  return { exitCode: result.exitCode ?? -1, stdout: result.stdout, stderr: result.stderr };
}

const askpass = fileURLToPath(new URL('askpass.sh', import.meta.url));
