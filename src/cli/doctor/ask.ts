/** The questions of pb doctor to a cluster and to a host. They only look. */
import { type HostReader, type KubeNeed, type KubeReader, OPEN } from '../../core/module.ts';
import type { JsonObject } from '../../core/value.ts';
import { type Access, accessName, ask, whoAmI } from '../../modules/kube/access.ts';
import { clock } from '../../probes/clock.ts';
import { missingTools } from '../../probes/tools.ts';

/** What was found, as the output of one asking task. */
export interface ClusterFound extends JsonObject {
  readonly who: string;
  /** "patch oauths.config.openshift.io cluster" */
  readonly allowed: readonly string[];
  readonly denied: readonly (Access & JsonObject)[];
  /** Why something could not be asked: a kind that is not served yet, a value that only a run brings. */
  readonly open: readonly string[];
  /** The server's clock less ours, ms. */
  readonly skewMs: number | null;
}
export interface HostFound extends JsonObject {
  readonly tools: readonly string[];
  readonly missing: readonly string[];
  readonly skewMs: number | null;
}

export async function askCluster(needs: readonly KubeNeed[] | undefined, io: KubeReader): Promise<ClusterFound> {
  const began = io.now();
  const date = await io.clock();
  // The header tells whole seconds, cut off: half a second is the best guess at the rest.
  const skewMs = date === undefined ? null : Math.round(date + 500 - (began + io.now()) / 2);
  const open: string[] = needs === undefined ? ['this module does not say what it needs'] : [];
  const wanted = await Promise.all((needs ?? []).map((need) => accessesOf(need, io)));
  for (const one of wanted) if (typeof one === 'string') open.push(one);
  const answers = await Promise.all(wanted.flatMap((one) => (typeof one === 'string' ? [] : one)).map((access) => ask(access, io)));
  const denied = answers.filter(({ allowed }) => !allowed).map(({ allowed: _, why: __, ...access }) => access as Access & JsonObject);
  const allowed = answers.filter((answer) => answer.allowed).map(accessName);
  return { who: await whoAmI(io), allowed, denied, open, skewMs };
}

async function accessesOf(need: KubeNeed, io: Pick<KubeReader, 'served'>): Promise<readonly Access[] | string> {
  const { api_version, kind, verbs, subresource, namespace, name } = need;
  if (`${api_version}${kind}`.includes(OPEN)) return 'which objects it means is known in a run only';
  const served = await io.served(api_version, kind);
  if (!served) return `${api_version} ${kind} is not served (yet): nobody can be asked about it`;
  const [group = '', version] = api_version.split('/');
  const place = {
    ...(namespace === undefined || namespace.includes(OPEN) || !served.namespaced ? {} : { namespace }),
    // Who may create all of a kind may create this one; the question has no name.
    ...(name === undefined ? {} : { name }),
  };
  const resource = `${served.plural}${subresource === undefined ? '' : `/${subresource}`}`;
  return verbs.map((verb) => {
    const { name: _, ...anywhere } = place;
    return { verb, group: version === undefined ? '' : group, resource, ...(NAMELESS.has(verb) ? anywhere : place) };
  });
}

const NAMELESS = new Set(['create', 'list', 'watch']);

export async function askHost(tools: readonly string[], io: HostReader): Promise<HostFound> {
  const began = io.now();
  const theirs = (await io.ask(clock, null)) * 1000;
  const skewMs = Math.round(theirs - (began + io.now()) / 2);
  const missing = tools.length === 0 ? [] : await io.ask(missingTools, tools);
  return { tools, missing, skewMs };
}
