/** Defaults of a pod's spec, in a pod or in a template: pkg/apis/core/v1/defaults.go. */
import { type Dict, dict, dicts, text } from '../../json.ts';

export const setIfMissing = (object: Dict, values: Dict): void => {
  for (const [name, value] of Object.entries(values)) if (object[name] === undefined) object[name] = value;
};

export function defaultPodSpec(spec: Dict): void {
  if (spec['containers'] === null) return;
  setIfMissing(spec, {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
  });
  // Two names for one field.
  const account = text(spec['serviceAccountName']) || text(spec['serviceAccount']);
  if (account) Object.assign(spec, { serviceAccountName: account, serviceAccount: account });
  for (const container of [...dicts(spec['initContainers']), ...dicts(spec['containers'])])
    defaultContainer(container, spec['hostNetwork'] === true);
  for (const volume of dicts(spec['volumes'])) defaultVolume(volume);
}

function defaultContainer(container: Dict, onHost: boolean): void {
  setIfMissing(container, {
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: pullPolicy(text(container['image'])),
  });
  for (const port of dicts(container['ports'])) {
    setIfMissing(port, { protocol: 'TCP' });
    if (onHost && port['hostPort'] === undefined) port['hostPort'] = port['containerPort'];
  }
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = container[name];
    if (probe === undefined) continue;
    setIfMissing(dict(probe), { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
    defaultHandler(dict(probe));
  }
  for (const hook of Object.values(dict(container['lifecycle']))) defaultHandler(dict(hook));
  for (const variable of dicts(container['env'])) {
    const field = dict(variable['valueFrom'])['fieldRef'];
    if (field !== undefined) setIfMissing(dict(field), { apiVersion: 'v1' });
  }
}

function defaultHandler(handler: Dict): void {
  if (handler['httpGet'] !== undefined) setIfMissing(dict(handler['httpGet']), { path: '/', scheme: 'HTTP' });
  if (handler['grpc'] !== undefined) setIfMissing(dict(handler['grpc']), { service: '' });
}

/** An image without a tag, or with `latest`, is pulled each time. */
function pullPolicy(image: string): string {
  const name = image.slice(image.lastIndexOf('/') + 1);
  if (name.includes('@')) return 'IfNotPresent';
  const tag = name.split(':')[1];
  return tag === undefined || tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function defaultVolume(volume: Dict): void {
  if (Object.keys(volume).filter((name) => name !== 'name').length === 0) volume['emptyDir'] = {};
  for (const name of ['configMap', 'secret', 'downwardAPI', 'projected']) {
    if (volume[name] !== undefined) setIfMissing(dict(volume[name]), { defaultMode: 420 });
  }
  if (volume['hostPath'] !== undefined) setIfMissing(dict(volume['hostPath']), { type: '' });
  for (const item of dicts(dict(volume['downwardAPI'])['items']))
    if (item['fieldRef'] !== undefined) setIfMissing(dict(item['fieldRef']), { apiVersion: 'v1' });
  for (const source of dicts(dict(volume['projected'])['sources'])) {
    if (source['serviceAccountToken'] !== undefined) setIfMissing(dict(source['serviceAccountToken']), { expirationSeconds: 3600 });
    for (const item of dicts(dict(source['downwardAPI'])['items']))
      if (item['fieldRef'] !== undefined) setIfMissing(dict(item['fieldRef']), { apiVersion: 'v1' });
  }
  const template = dict(dict(volume['ephemeral'])['volumeClaimTemplate'])['spec'];
  if (template !== undefined) setIfMissing(dict(template), { volumeMode: 'Filesystem' });
}

/** Requests that are not given are the limits: of pods, not of templates. */
export function defaultRequests(spec: Dict): void {
  for (const container of [...dicts(spec['initContainers']), ...dicts(spec['containers'])]) {
    const resources = dict(container['resources']);
    const limits = dict(resources['limits']);
    if (Object.keys(limits).length > 0) resources['requests'] = { ...limits, ...dict(resources['requests']) };
  }
}
