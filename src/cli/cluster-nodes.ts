/** A cluster's Nodes, for inventories that name one. The client is loaded only then. */
import type { Redactor } from '../core/secret.ts';
import type { ListNodes } from '../project/index.ts';

/** An inventory is read while somebody waits for it: a cluster that is away is told soon. */
const PATIENCE_MS = 10_000;

export const clusterNodes =
  (redactor: Redactor): ListNodes =>
  async (target, labelSelector) => {
    const { createClusters } = await import('../transports/kube/index.ts');
    const ended = new AbortController();
    const clusters = createClusters({ env: process.env, signal: ended.signal, redactor, patienceMs: PATIENCE_MS });
    try {
      const { reader } = await clusters.cluster(target, ended.signal);
      return await reader.list({ apiVersion: 'v1', kind: 'Node', ...(labelSelector ? { labelSelector } : {}) });
    } finally {
      ended.abort();
      await clusters.close();
    }
  };
