/** Connections into a pod: what must hold before one may be opened, and who talks on it. */
import type { Api } from '../api.ts';
import { impersonated } from '../auth/impersonate.ts';
import { type Call, isTrue, type ResourceCall } from '../http/call.ts';
import { badRequest, internal, NoSuchPath } from '../http/status.ts';
import { at, type Obj, text } from '../json.ts';
import { live } from '../verbs/objects.ts';
import { containerOf } from '../verbs/pod-parts.ts';
import { authorize, resourceOf } from '../verbs/route.ts';
import type { ExecHandler } from './handlers.ts';
import { type Conversation, serveStreams, type Upgrade } from './socket.ts';

/** Runs pods/exec or pods/attach on an upgraded connection; throws the refusal otherwise. */
export function openStreams(api: Api, asked: Call, upgrade: Upgrade): void {
  const call = impersonated(api, asked);
  authorize(api, call);
  const { target } = call;
  if (!target) throw new NoSuchPath();
  const known: ResourceCall = { ...call, target, resource: resourceOf(api, target) };
  switch (target.subresource) {
    case 'exec': {
      const request = execRequest(api, known);
      if (!api.exec) throw internal('this server has no containers to run commands in');
      return serveStreams(upgrade, request, api.exec);
    }
    case 'attach':
      return serveStreams(upgrade, attachRequest(api, known), output(api));
    case 'portforward':
      portForwardRequest(api, known);
      throw internal('nothing listens on the ports of a pod in the lab: no container runs');
    default:
      throw new NoSuchPath();
  }
}

export function execRequest(api: Api, call: ResourceCall): Conversation {
  const request = attachRequest(api, call);
  if (request.command.length === 0) throw badRequest('you must specify at least 1 container command');
  return request;
}

export function attachRequest(api: Api, call: ResourceCall): Conversation {
  const { target, query } = call;
  const pod = live(api, call);
  const container = containerOf(pod, query.get('container') ?? '');
  placed(pod);
  return {
    ...{ namespace: target.namespace, pod: target.name, container, command: query.getAll('command'), tty: isTrue(query.get('tty')) },
    streams: { stdin: isTrue(query.get('stdin')), stdout: isTrue(query.get('stdout')), stderr: isTrue(query.get('stderr')) },
  };
}

export const portForwardRequest = (api: Api, call: ResourceCall): void => placed(live(api, call));

function placed(pod: Obj): void {
  if (!text(at(pod, 'spec', 'nodeName'))) throw badRequest(`pod ${pod.metadata.name} does not have a host assigned`);
}

/** What a container says from now on. It listens to nobody. */
const output =
  (api: Api): ExecHandler =>
  async ({ namespace, pod, container, stdout, signal }) => {
    const log = api.logs?.({ namespace, pod, container });
    if (log) for await (const line of log.more(signal)) stdout(line.text);
    return 0;
  };
