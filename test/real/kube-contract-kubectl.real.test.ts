/** The real kubectl, asked the same things of the real API server and of the lab's: what people read is the same. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LabApi, startApi } from '../../src/lab/kube/server/start.ts';
import { gadgets } from '../kube-contract/cases/rules.ts';
import { type Kube, type KubectlResult, startKube } from './parts/kube.ts';
import { partOrSkip } from './parts/require.ts';

const suite = await partOrSkip('kube');

const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'w1', labels: { 'node-role.kubernetes.io/worker': '' } } };
const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'demo' } };
const labels = { app: 'web' };
const containers = [{ name: 'c', image: 'registry.example.com/app:1' }];
const of = (kind: string, name: string, more: object, apiVersion = 'v1'): object => ({
  ...{ apiVersion, kind, metadata: { name, namespace: 'demo', labels } },
  ...more,
});
const objects = [
  node,
  namespace,
  { ...namespace, metadata: { name: 'more' } },
  of('ConfigMap', 'cm', { data: { k: 'v' } }),
  // Nothing changes a workload that is not asked to run anything, whoever looks after it.
  of(
    'Deployment',
    'web',
    { spec: { replicas: 0, paused: true, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } } },
    'apps/v1',
  ),
  of('PersistentVolumeClaim', 'data', {
    spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'none', resources: { requests: { storage: '1Gi' } } },
  }),
  of('Pod', 'p', { spec: { containers, automountServiceAccountToken: false } }),
];

/** Without what differs from run to run. */
const plain = (text: string): string =>
  text
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uid>')
    .replace(/(resourceVersion\W+)\d+/g, '$1<rv>')
    .replace(/https:\/\/127\.0\.0\.1:\d+/g, '<server>')
    .replace(/\b(\d+[dhms])+\b/g, '<age>')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '<time>')
    .replace(/\w{3}, \d\d \w{3} \d{4} [\d:]{8} [+-]\d{4}/g, '<date>')
    .replace(/10\.96\.\d+\.\d+/g, '<ip>')
    .replace(/ {2,}|\t/g, '  ');

/** Command lines in the order they are given; a line that begins with - reads what follows from stdin. */
const lines: readonly (readonly string[])[] = [
  'get nodes',
  'get node w1 --show-labels',
  'get all -n demo',
  'get pod p -n demo -o wide',
  'get pods -A -o custom-columns=N:.metadata.name,P:.status.phase',
  'get cm cm -n demo -o jsonpath={.data}',
  'get cm -n demo --field-selector metadata.name=cm -o name',
  'get pvc -n demo',
  'get cm,deployment -n demo -l app=web -o name',
  'get nothing',
  'get cm none -n demo',
  'get role,rolebinding -n demo',
  'get deployment web -n demo -o jsonpath={.spec.strategy}',
  'describe configmap cm -n demo',
  'describe pod p -n demo',
  'explain nothing',
  'label node w1 a=b',
  'label node w1 a=c',
  'label node w1 a=c --overwrite',
  'label node w1 a-',
  'annotate node w1 c=d',
  'cordon w1',
  'drain w1',
  'uncordon w1',
  'taint node w1 k=v:NoSchedule',
  'taint node w1 k-',
  'patch cm cm -n demo --type=merge --patch {"data":{"x":"y"}}',
  'patch cm cm -n demo --type=json --patch [{"op":"remove","path":"/data/none"}]',
  'scale deployment web --replicas=0 -n demo',
  'scale deployment web --replicas=2 --current-replicas=1 -n demo',
  'set image deployment/web c=registry.example.com/app:2 -n demo',
  'wait --for=jsonpath={.data.x}=y cm/cm -n demo --timeout=20s',
  'wait --for=delete cm/none -n demo --timeout=20s',
  'wait --for=condition=Ready pod/p -n demo --timeout=1s',
  'auth can-i delete nodes',
  'auth can-i get pods --as nobody',
  'get pods -n demo --as nobody',
  'create role r --verb=get --resource=pods -n demo',
  'create rolebinding r --role=r --user=nobody -n demo',
  'auth can-i get pods --as nobody -n demo',
  'get gadgets -n demo',
  'api-resources --api-group=rules.example.com',
  'exec p -n demo -- ls',
  'logs p -n demo',
  'top node',
  'expose deployment web --port=80 -n demo',
  'get service -n demo',
  'create quota q --hard=count/secrets=1 -n demo',
  'create secret generic s --from-literal=a=b -n demo',
  'create secret generic t --from-literal=a=b -n demo',
  'delete pod p -n demo --grace-period=0 --force',
  'delete deployment web -n demo --cascade=orphan',
  'delete cm cm -n demo',
  'delete cm cm -n demo',
  'delete cm cm -n demo --ignore-not-found',
  // Commands that make things, and what is then shown of them.
  'create namespace later --dry-run=server -o name',
  'create secret docker-registry reg --docker-server=r.example.com --docker-username=u --docker-password=p -n more',
  'create configmap c1 --from-literal=k=v -n more',
  'get cm c1 -n more -o yaml',
  'get cm c1 -n more -o json',
  'get cm c1 -n more -o go-template={{.data.k}}',
  'get cm -n more --field-selector=spec.nothing=x',
  'describe secret reg -n more',
  'create role r1 --verb=get,list --resource=pods,pods/log -n more',
  'describe role r1 -n more',
  'create clusterrole cr1 --verb=get --non-resource-url=/healthz',
  'describe clusterrole cr1',
  'create rolebinding rb1 --role=r1 --user=bob --group=g --serviceaccount=more:default -n more',
  'get rolebinding rb1 -n more -o wide',
  'describe rolebinding rb1 -n more',
  'create clusterrolebinding crb1 --clusterrole=cr1 --serviceaccount=more:default',
  'get clusterrolebinding crb1 -o wide',
  'auth can-i list pods --as bob -n more --subresource=log',
  'auth can-i create nothing',
  'create quota q1 --hard=pods=10,requests.cpu=2 -n more',
  'describe quota q1 -n more',
  'create serviceaccount sa1 -n more',
  'describe sa sa1 -n more',
  'create token sa1 -n more --duration=1s',
  'create priorityclass pc1 --value=100 --description=x',
  'get priorityclass',
  'describe priorityclass pc1',
  'create pdb p1 --selector=app=none --min-available=1 -n more',
  'get pdb -n more',
  'create ingress i1 --rule=h.example.com/=svc:80 -n more',
  'get ingress -n more',
  'describe ingress i1 -n more',
  'create deployment w --image=r/app:1 --replicas=0 -n more',
  'get deployment w -n more -o wide',
  'autoscale deployment w --min=1 --max=3 --cpu=70% -n more',
  'get hpa -n more',
  'create cronjob cj --image=i --schedule=@yearly -n more -- date',
  'get cronjob -n more -o wide',
  'describe cronjob cj -n more',
  'patch cronjob cj -n more -p {"spec":{"suspend":true}}',
  'create job j2 --from=cronjob/cj -n more --dry-run=server -o name',
  'create service clusterip sv --tcp=80:8080 -n more',
  'create service nodeport np --tcp=80 -n more',
  'create service externalname en --external-name=x.example.com -n more',
  'get svc sv en -n more -o wide',
  'set selector svc sv app=x -n more',
  'set image deployment/w app=r/app:2 -n more',
  'set env deployment/w A=b -n more',
  'set resources deployment/w --limits=cpu=1 -n more',
  'set serviceaccount deployment w sa1 -n more',
  'rollout pause deployment/w -n more',
  'rollout resume deployment/w -n more',
  'rollout restart deployment/w -n more',
  'scale deployment/w --replicas=-1 -n more',
  'wait --for=jsonpath={.spec.replicas}=0 deployment/w -n more --timeout=20s',
  'wait --for=condition=Nope deployment/w -n more --timeout=1s',
  'explain pod.spec.containers',
  'explain deployment.spec --recursive',
  'explain ingress.spec.rules',
  'explain gadget.spec',
  'explain pod.nothing',
  'api-resources --api-group=apps -o wide',
  'cluster-info',
  'get --raw /healthz',
  'get --raw /nothing',
  'get nothing/x',
  'get pods,svc -n nowhere',
  'get csr',
  'delete pods -l app=none -n more',
  'delete cm c1 --dry-run=server -n more',
  'delete namespace more --wait=false',
].map((line) => line.split(' '));

suite('kubectl, with the real API server and with the lab', () => {
  let kube: Kube;
  let api: LabApi;
  let folder: string;
  beforeAll(async () => {
    kube = await startKube({ controllers: 'default' });
    api = await startApi();
    folder = await mkdtemp(join(tmpdir(), 'pb-lab-'));
    await writeFile(join(folder, 'kubeconfig'), api.kubeconfig());
  });
  afterAll(async () => {
    await kube?.close();
    await api?.stop();
    if (folder) await rm(folder, { recursive: true });
  });

  const both = async (args: readonly string[], stdin?: string): Promise<{ real: KubectlResult; lab: KubectlResult }> => {
    const options = stdin === undefined ? {} : { stdin };
    const here = ['--kubeconfig', join(folder, 'kubeconfig'), '--context', 'admin', '--cache-dir', join(folder, 'cache')];
    const [real, lab] = await Promise.all([kube.kubectl(args, options), kube.kubectl([...here, ...args], options)]);
    const shown = ({ exitCode, stdout, stderr }: KubectlResult) => ({ exitCode, stdout: plain(stdout), stderr: plain(stderr) });
    return { real: shown(real), lab: shown(lab) };
  };
  const same = async (args: readonly string[], stdin?: string): Promise<void> => {
    const { real, lab } = await both(args, stdin);
    expect(lab, args.join(' ')).toEqual(real);
  };
  const text = (...list: object[]): string => JSON.stringify({ apiVersion: 'v1', kind: 'List', items: list });

  it('creates, on the server’s side, what the others look at', async () => {
    await same(['apply', '--server-side', '-f', '-'], text(...objects, gadgets));
    for (const name of ['gadgets.rules.example.com']) await same(['wait', '--for=condition=Established', `crd/${name}`, '--timeout=20s']);
    // The account is made by a controller, whenever that comes to it.
    for (const ns of ['demo', 'more']) await both(['wait', '--for=create', 'serviceaccount/default', '-n', ns, '--timeout=60s']);
    await same(['apply', '--server-side', '-f', '-'], text(...objects));
    await same(['diff', '--server-side', '-f', '-'], text(...objects.slice(3, 4)));
  });

  it('says what a rule forbids', async () => {
    const broken = {
      apiVersion: 'rules.example.com/v1',
      kind: 'Gadget',
      metadata: { name: 'g', namespace: 'demo' },
      spec: { min: 2, max: 1 },
    };
    await same(['apply', '--server-side', '-f', '-'], JSON.stringify(broken));
  });

  for (const line of lines) it(line.join(' '), () => same(line));
});
