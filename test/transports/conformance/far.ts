/** The host as it is with nothing of pb in between: how a test prepares it and sees what became of it. */
import { execa } from 'execa';

export interface Far {
  /** Runs a script for `sh` as the user that commands run as. */
  sh(script: string, input?: Uint8Array): Promise<{ readonly code: number; readonly stdout: Buffer }>;
}

/** This machine. */
export const here: Far = {
  async sh(script, input = Buffer.alloc(0)) {
    const { exitCode, stdout } = await execa('sh', ['-c', script], { input, encoding: 'buffer', stripFinalNewline: false, reject: false });
    return { code: exitCode ?? -1, stdout: Buffer.from(stdout) };
  },
};

export interface FarFiles {
  /** Its output; throws unless it ends with exit code 0. */
  sh(script: string, input?: Uint8Array): Promise<Buffer>;
  put(name: string, content: string | Uint8Array, mode?: string): Promise<void>;
  bytes(name: string): Promise<Buffer>;
  text(name: string): Promise<string>;
  exists(name: string): Promise<boolean>;
  /** "640" */
  mode(name: string): Promise<string>;
  names(): Promise<readonly string[]>;
  /** Whether a process is there and has not ended: a zombie has. */
  isRunning(pid: number): Promise<boolean>;
}

/** Files by their names in the test's own directory. */
export function farFiles(far: Far, dir: string): FarFiles {
  const at = (name: string): string => `'${`${dir}/${name}`.replaceAll("'", `'\\''`)}'`;
  const sh: FarFiles['sh'] = async (script, input) => {
    const { code, stdout } = await far.sh(script, input);
    if (code !== 0) throw new Error(`exit code ${code}: ${script}`);
    return stdout;
  };
  const holds = async (script: string): Promise<boolean> => (await far.sh(script)).code === 0;
  return {
    sh,
    put: async (name, content, mode) => {
      const chmod = mode === undefined ? '' : ` && chmod ${mode} ${at(name)}`;
      await sh(`cat >${at(name)}${chmod}`, Buffer.from(content as string));
    },
    bytes: (name) => sh(`cat ${at(name)}`),
    text: async (name) => (await sh(`cat ${at(name)}`)).toString(),
    exists: (name) => holds(`[ -e ${at(name)} ] || [ -L ${at(name)} ]`),
    mode: async (name) => (await sh(`stat -c %a ${at(name)}`)).toString().trim(),
    names: async () => (await sh(`ls -A ${at('.')}`)).toString().split('\n').filter(Boolean),
    isRunning: (pid) => holds(`read -r l 2>/dev/null </proc/${pid}/stat && case "\${l##*) }" in Z*) false;; esac`),
  };
}
