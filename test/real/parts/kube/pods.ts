import { readFile } from 'node:fs/promises';

/** What the stub kubelet answers for one container. A followed log ends at its end, as a finished container's does. */
export type Container = { log?: string; previousLog?: string; exec?: readonly Execution[] };

/** The answer to one command line; with `run`, that command is really run on this machine, with the client's stdin. */
export type Execution = { argv: readonly string[]; delayMs?: number } & (
  | { stdout?: string; stderr?: string; exitCode?: number }
  | { run: readonly string[] }
);

/** One pods/exec that reached the stub; `known: false` was answered with an error, as no test had said its output. */
export type ExecCall = { container: string; argv: string[]; known: boolean };

export async function readCalls(file: string): Promise<ExecCall[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as ExecCall);
}

export function nodeManifest(name: string, labels: Record<string, string>, kubeletPort: number): unknown {
  const amount = { cpu: '16', memory: '64Gi', pods: '250', 'ephemeral-storage': '100Gi' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', ...labels } },
    status: {
      addresses: [
        { type: 'InternalIP', address: '127.0.0.1' },
        { type: 'Hostname', address: name },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } },
      capacity: amount,
      allocatable: amount,
      conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }],
    },
  };
}
