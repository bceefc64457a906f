/** `plugin: kubernetes_nodes`: the hosts are a cluster's Nodes, their groups the roles that their labels give them. */
import path from 'node:path';
import type { ClusterTarget } from '../../core/cluster.ts';
import { PbError } from '../../core/diagnostic.ts';
import type { KubeObject } from '../../core/kube.ts';
import { isObject, type Json, type JsonObject, type Vars } from '../../core/value.ts';
import { booleanOf } from '../../core/yes-no.ts';
import type { Context } from '../context.ts';
import { checkKeys } from '../playbook/keywords.ts';
import { CONSTRUCT, construct, groupName, optionText } from './constructed.ts';
import type { Draft } from './draft.ts';
import type { PluginFile } from './plugin.ts';

/** Given in by the composition root: the Nodes of a cluster. Throws PbError 'kube' and its like. */
export type ListNodes = (target: ClusterTarget, labelSelector: string | undefined) => Promise<readonly KubeObject[]>;

const FILES = ['kubeconfig', 'ca_cert', 'client_cert', 'client_key'];
const SECRETS = ['api_key', 'password'];
const TARGET = [...FILES, ...SECRETS, 'context', 'host', 'username', 'validate_certs', 'proxy', 'no_proxy', 'impersonate_user'];
const ROLE = 'node-role.kubernetes.io/';

export async function readNodes(context: Context, draft: Draft, file: PluginFile): Promise<void> {
  const { map, plugin, source } = file;
  checkKeys(context.problems, map, { keys: [...CONSTRUCT, ...TARGET, 'label_selector'], where: 'a kubernetes_nodes inventory' });
  let nodes: readonly KubeObject[] = [];
  try {
    if (!context.nodes) throw new PbError('args', 'this command talks to no cluster');
    nodes = await context.nodes(targetOf(context, file), optionText(map, 'label_selector'));
  } catch (error) {
    if (!(error instanceof PbError)) throw error;
    context.problems.error('inventory-kubernetes', `cannot read the cluster's Nodes: ${error.message}`, {
      at: plugin.value.at,
      hint: error.hint,
    });
  }
  for (const node of nodes) {
    const host = draft.host(node.metadata.name, 'all', plugin.keyAt);
    host.layers.push({ precedence: 'inventory host vars', vars: varsOf(node), origin: source.file });
    const groups = rolesOf(node).map(groupName);
    for (const group of groups.length > 0 ? groups : ['ungrouped']) {
      draft.group(group, plugin.keyAt);
      draft.host(node.metadata.name, group, plugin.keyAt);
    }
  }
  await construct(context, draft, { file, names: nodes.map((node) => node.metadata.name), adjacent: [] });
}

/** Names of files are looked for beside the inventory file. */
function targetOf(context: Context, { map, source }: PluginFile): ClusterTarget {
  const target: { [key: string]: string | boolean } = {};
  for (const key of TARGET) {
    const text = optionText(map, key);
    if (text === undefined) continue;
    if (SECRETS.includes(key)) context.onSecret(text);
    if (key === 'validate_certs') target[key] = booleanOf(text) ?? true;
    else target[key] = FILES.includes(key) ? path.resolve(path.dirname(source.path), text) : text;
  }
  return target;
}

const labelsOf = (node: KubeObject): JsonObject => object(node.metadata['labels']);

const object = (value: Json | undefined): JsonObject => (isObject(value) ? (value as JsonObject) : {});

/** `node-role.kubernetes.io/worker: ""` and the older `kubernetes.io/role: worker`. */
export function rolesOf(node: KubeObject): readonly string[] {
  const labels = labelsOf(node);
  const roles = Object.keys(labels).flatMap((label) => (label.startsWith(ROLE) ? [label.slice(ROLE.length)] : []));
  const older = labels['kubernetes.io/role'];
  return [...new Set([...roles, ...(typeof older === 'string' ? [older] : [])])].filter((role) => role !== '').sort();
}

interface Address {
  readonly type: string;
  readonly address: string;
}

/** `ansible_host` is the address inside the cluster's network, else any other; `k8s_node` holds what groups can be made of. */
export function varsOf(node: KubeObject): Vars {
  const [spec, status] = [object(node['spec']), object(node['status'])];
  const addresses = (Array.isArray(status['addresses']) ? status['addresses'] : []) as readonly Address[];
  const address = ['InternalIP', 'ExternalIP', 'InternalDNS', 'Hostname', 'ExternalDNS']
    .map((type) => addresses.find((item) => item.type === type)?.address)
    .find((found) => found !== undefined);
  const conditions = (Array.isArray(status['conditions']) ? status['conditions'] : []) as readonly JsonObject[];
  return {
    ...(address === undefined ? {} : { ansible_host: address }),
    k8s_node: {
      name: node.metadata.name,
      labels: labelsOf(node),
      annotations: object(node.metadata['annotations']),
      addresses: addresses.map((item) => ({ ...item })),
      taints: Array.isArray(spec['taints']) ? spec['taints'] : [],
      unschedulable: spec['unschedulable'] === true,
      ready: conditions.some((item) => item['type'] === 'Ready' && item['status'] === 'True'),
      info: object(status['nodeInfo']),
    },
  };
}
