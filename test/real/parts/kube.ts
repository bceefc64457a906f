import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { ensure } from './cache.ts';
import { type Container, type ExecCall, nodeManifest, readCalls } from './kube/pods.ts';
import { startProgram } from './kube/program.ts';

export type { Container, ExecCall };

export type KubeOptions = {
  /** 'default': what acts on API objects alone (jobs, deployments, namespaces, volumes, …); or kube-controller-manager's own list. */
  controllers?: 'none' | 'default' | (string & {});
  scheduler?: boolean;
  apiserverArgs?: readonly string[];
};

export type KubectlOptions = { context?: Context; stdin?: string };
export type KubectlResult = { exitCode: number; stdout: string; stderr: string };
/** The admin by certificate, the admin by token, and a user that no role is bound to. */
export type Context = 'admin' | 'token-admin' | 'token-nobody';

/** A real kube-apiserver with OpenShift's CRDs. */
export type Kube = {
  server: string;
  version: string;
  kubeconfig: string;
  caFile: string;
  tokens: { admin: string; nobody: string };
  /** The port that node status must name for pods/log and pods/exec to reach the stub kubelet. */
  kubeletPort: number;
  dataDir: string;
  kubectl(args: readonly string[], options?: KubectlOptions): Promise<KubectlResult>;
  /** An outage: connections are refused until the server is started again, at the same address. */
  stopApiserver(): Promise<void>;
  startApiserver(): Promise<void>;
  /** The store's revision: unchanged when nothing at all was written. */
  etcdRevision(): Promise<number>;
  /** Creates a ready node whose kubelet is the stub. */
  createNode(name: string, labels?: Record<string, string>): Promise<void>;
  /** Says what containers answer to logs and exec, by NAMESPACE/POD/CONTAINER patterns (`*` is any name); replaces what was said before. */
  setPodOutputs(containers: Readonly<Record<string, Container>>): Promise<void>;
  execCalls(): Promise<ExecCall[]>;
  close(): Promise<void>;
};

/** Every five minutes it would write down how far it has compacted etcd: a revision that no client asked for. */
const NO_WRITES_OF_ITS_OWN = ['--etcd-compaction-interval=0'];

/** Ready in some 3 s once built. It ends with close(), or when this process ends, however that happens. */
export async function startKube(options: KubeOptions = {}): Promise<Kube> {
  const home = await ensure('kube');
  const program = join(home, 'pb-kube');
  const { ready, command, close } = await startProgram(program, [
    ...['serve', '--template', join(home, 'template'), '--crds', join(home, 'crds')],
    ...['--controllers', options.controllers ?? 'none', `--scheduler=${options.scheduler ?? false}`],
    ...['--apiserver-args', [...NO_WRITES_OF_ITS_OWN, ...(options.apiserverArgs ?? [])].join(' ')],
  ]);
  const { server, version, kubeconfig, caFile, tokens, kubeletPort, dataDir } = ready;

  const kubectl: Kube['kubectl'] = async (args, { context = 'admin', stdin } = {}) => {
    const input = stdin === undefined ? ({ stdin: 'ignore' } as const) : { input: stdin };
    const argv = ['kubectl', '--kubeconfig', kubeconfig, '--context', context, '--cache-dir', join(dataDir, 'kubectl'), ...args];
    const { exitCode, stdout, stderr } = await execa(program, argv, { reject: false, stripFinalNewline: false, ...input });
    return { exitCode: exitCode ?? -1, stdout, stderr };
  };
  return {
    ...{ server, version, kubeconfig, caFile, tokens, kubeletPort, dataDir, kubectl },
    stopApiserver: async () => void (await command('stop apiserver')),
    startApiserver: async () => void (await command('start apiserver')),
    etcdRevision: async () => (await command('revision')).revision ?? 0,
    createNode: async (name, labels = {}) => {
      const stdin = JSON.stringify(nodeManifest(name, labels, kubeletPort));
      for (const part of [[], ['--subresource=status', '--force-conflicts']]) {
        const { exitCode, stderr } = await kubectl(['apply', '--server-side', ...part, '-f', '-'], { stdin });
        if (exitCode !== 0) throw new Error(stderr);
      }
    },
    setPodOutputs: (containers) => writeFile(ready.podsFile, JSON.stringify(containers)),
    execCalls: () => readCalls(ready.callsFile),
    close: async () => {
      await close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
