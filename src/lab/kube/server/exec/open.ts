/** What must hold before a command may run in a pod. */
import type { Api } from '../api.ts';
import { impersonated } from '../auth/impersonate.ts';
import { type Call, isTrue } from '../http/call.ts';
import { badRequest, internal, NoSuchPath } from '../http/status.ts';
import { at, text } from '../json.ts';
import { live } from '../verbs/objects.ts';
import { containerOf } from '../verbs/pod-parts.ts';
import { authorize, resourceOf } from '../verbs/route.ts';
import { type ExecRequest, serveExec, type Upgrade } from './socket.ts';

/** Runs pods/exec on an upgraded connection; throws the refusal otherwise. */
export function openExec(api: Api, asked: Call, upgrade: Upgrade): void {
  const call = impersonated(api, asked);
  authorize(api, call);
  const exec = execRequest(api, call);
  if (!api.exec) throw internal('this server has no containers to run commands in');
  serveExec(upgrade, exec, api.exec);
}

export function execRequest(api: Api, call: Call): ExecRequest {
  const { target, query } = call;
  if (target?.subresource !== 'exec') throw new NoSuchPath();
  const pod = live(api, { ...call, target, resource: resourceOf(api, target) });
  const container = containerOf(pod, query.get('container') ?? '');
  if (!text(at(pod, 'spec', 'nodeName'))) throw badRequest(`pod ${pod.metadata.name} does not have a host assigned`);
  if (query.getAll('command').length === 0) throw badRequest('you must specify at least 1 container command');
  return {
    ...{ namespace: target.namespace, pod: target.name, container, command: query.getAll('command'), tty: isTrue(query.get('tty')) },
    streams: { stdin: isTrue(query.get('stdin')), stdout: isTrue(query.get('stdout')), stderr: isTrue(query.get('stderr')) },
  };
}
