/** The scenario file's JSON Schema: what the reader checks against, and editors complete from. */

export interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: { readonly [name: string]: Schema };
  readonly required?: readonly string[];
  /** false: no others. */
  readonly additionalProperties?: false | Schema;
  readonly items?: Schema;
  readonly enum?: readonly (string | number)[];
  readonly const?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Each with a constant `fault`, by which one is chosen. */
  readonly oneOf?: readonly Schema[];
  readonly $schema?: string;
  readonly title?: string;
}

const text = (description: string, more: Schema = {}): Schema => ({ type: 'string', description, ...more });
const flag = (description: string): Schema => ({ type: 'boolean', description });
const whole = (description: string, minimum = 0): Schema => ({ type: 'integer', description, minimum });
const oneOf = (description: string, values: readonly (string | number)[]): Schema => ({ enum: values, description });
const object = (properties: { readonly [name: string]: Schema }, more: Schema = {}): Schema => ({
  type: 'object',
  properties,
  additionalProperties: false,
  ...more,
});
const listOf = (items: Schema, description: string): Schema => ({ type: 'array', items, description });
const anything: Schema = { type: 'object', description: 'as the API takes it' };

const SPAN = '^\\d+(\\.\\d+)?(ms|s|m|h)$';

const disk = object({
  size: text('100GiB, or 100GB as vendors count', { pattern: '^\\d+(\\.\\d+)?\\s*([KMGT]i?)?B$' }),
  serial: { type: ['string', 'null'], description: 'null: it tells none' },
  wwn: { type: ['string', 'null'], description: '0x5000c500…; null: it has none' },
  model: text('as lsblk shows it'),
  bus: oneOf('how it is attached', ['scsi', 'ata', 'nvme', 'virtio', 'usb']),
  rotational: flag('a spinning disk'),
  read_only: flag('the kernel has it read-only'),
  removable: flag('a stick or card'),
  holds: { type: ['string', 'array'], items: text('type'), description: 'what is found on it: ext4, xfs, LVM2_member, …' },
  label: text('label of the filesystem on it'),
  partitions: whole('how many partitions it has', 1),
  mounted: text('where its filesystem is mounted', { pattern: '^/' }),
  held_by: oneOf('what lies over it', ['lvm', 'multipath', 'crypt']),
  system: flag('it holds the operating system'),
  absent: flag('the host does not have it'),
});

const host = object({
  disks: { type: 'object', description: 'by kernel name: sdb', additionalProperties: disk },
  sudo: oneOf('how the login user becomes root', ['nopasswd', 'password', 'none']),
  node: object({
    name: text('name in the cluster, where it is not the inventory’s'),
    hostname: text('value of the label kubernetes.io/hostname'),
    labels: { type: 'object', description: 'further labels', additionalProperties: text('value') },
    absent: flag('no node of the cluster'),
  }),
});

const cluster = object({
  version: text('4.18.20', { pattern: '^\\d+\\.\\d+\\.\\d+$' }),
  platform: oneOf('as in Infrastructure', ['None', 'BareMetal']),
  domain: text('lab.example.com'),
  local_storage: oneOf('the Local Storage Operator is there already', ['installed']),
  data_foundation: oneOf('OpenShift Data Foundation is there already', ['installed']),
  manual_approval: flag('another Subscription with manual approval is in the Local Storage Operator’s namespace'),
  pools_paused: flag('the machine config pools are paused'),
  reaches: listOf(text('mirror.example.com:5000'), 'a disconnected cluster: the only registries its catalogs can be pulled from'),
  objects: listOf(anything, 'objects that are there from the beginning'),
  manifests: listOf(text('path'), 'files of such objects, relative to this file'),
  patches: listOf(
    object(
      { api_version: text('v1'), kind: text('ConfigMap'), name: text('name'), namespace: text('namespace'), patch: anything },
      { required: ['api_version', 'kind', 'name', 'patch'] },
    ),
    'merge patches of objects that the cluster makes by itself, applied before anything is run',
  ),
});

const image = text('quay.io/team/app:v1');
const registry = object(
  {
    images: listOf(
      object(
        {
          name: image,
          size: whole('bytes of its layer; 4096'),
          platforms: listOf(text('linux/amd64'), 'with more than one it is an index'),
        },
        { required: ['name'] },
      ),
      'what is there from the beginning',
    ),
    faults: listOf(
      object(
        {
          image: text('how registry and repository begin: quay.io/team'),
          status: oneOf('HTTP status', [401, 403, 404, 429, 500, 502, 503]),
          times: whole('how many requests; all of them', 1),
          retry_after: whole('seconds, as Retry-After'),
        },
        { required: ['image', 'status'] },
      ),
      'requests that are refused',
    ),
    room: whole('bytes that may be pushed until the disk is full'),
    token_requests: whole('bearer tokens are wanted, each good for so many requests', 1),
  },
  { description: 'every image registry there is' },
);

const when = {
  at: text('start, or task "NAME": when that task begins', { pattern: '^(start|task "[^"]+")$' }),
  after: text('of the run’s time: 30s, 5m', { pattern: SPAN }),
  for: text('ends again after: 30s, 5m', { pattern: SPAN }),
};
const hosts = text('host pattern: worker03, workers, workers[0]');
const request = { verb: text('get, list, patch, …'), resource: text('deployments, configs, …') };

const fault = (
  name: string,
  description: string,
  properties: { readonly [name: string]: Schema },
  required: readonly string[] = [],
): Schema => object({ fault: { const: name }, ...properties, ...when }, { description, required: ['fault', ...required] });

const faults: readonly Schema[] = [
  fault('unreachable', 'nobody can connect, and connections there are end', { hosts }, ['hosts']),
  fault('link_cut', 'connections stay open and no byte arrives', { hosts }, ['hosts']),
  fault('silent', 'connections are accepted and never answered', { hosts }, ['hosts']),
  fault('login_refused', 'nobody is let in', { hosts }, ['hosts']),
  fault('slow_disk', 'every read takes longer', { hosts, disk: text('sdb'), ms: whole('per piece read', 1) }, ['hosts', 'disk', 'ms']),
  fault('slow_tool', 'the program takes longer to begin', { hosts, tool: text('blkid'), ms: whole('each time', 1) }, [
    'hosts',
    'tool',
    'ms',
  ]),
  fault(
    'lying_tool',
    'the program says this instead of the truth',
    {
      hosts,
      tool: text('blkid'),
      argument: text('only where this is among its arguments'),
      code: whole('exit code; 0'),
      stdout: text('what it prints'),
      stderr: text('what it complains'),
    },
    ['hosts', 'tool'],
  ),
  fault(
    'api_error',
    'requests are refused',
    {
      status: oneOf('HTTP status', [409, 410, 429, 500, 503, 504]),
      ...request,
      times: whole('how many requests; all while it lasts', 1),
      retry_after: whole('seconds, as Retry-After'),
      message: text('in place of the usual one'),
    },
    ['status'],
  ),
  fault('api_slow', 'requests take longer', { ms: whole('each', 1), ...request }, ['ms']),
  fault('api_outage', 'nobody can connect', {}),
  fault('F01', 'the registry’s Config does not exist for the first three minutes', {}),
  fault('F16', 'a catalog that never becomes READY', { catalog: text('community-operators') }),
  fault('F18', 'the bundle’s image cannot be pulled', { package: text('every package') }),
  fault('F22', 'mirror policies of the old kind and the new one exclude each other, as before 4.13.27 and 4.14.3', {}),
  fault('F25', 'the catalog’s pod is killed for memory', { catalog: text('redhat-operators'), times: whole('how often; 6', 1) }),
  fault('F27', 'a bucket has its name, and while this lasts neither keys nor phase Bound', {}),
  fault('F28', 'the S3 endpoint’s certificate is not signed by whom the operator trusts', {}),
  fault('F29', 'the bucket is not the operator’s to see, so it tries to create it', {
    create: oneOf('what comes of that; refused', ['refused', 'allowed']),
  }),
  fault('F31', 'the router does not admit a route', { route: text('every one of the registry') }),
  fault('F36', 'the operator keeps writing to the registry’s Config', {}),
  fault('F38', 'the registry’s storage is full', {}),
  fault('F39', 'the image pruner’s last job failed', {}),
  fault('F40', 'the cluster’s proxy keeps the operator from the S3 endpoint', {}),
];

export const scenarioSchema: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'A scenario of pb lab and pb rehearse',
  ...object(
    {
      name: text('one line, as the verdict table shows it'),
      about: text('what it is about'),
      playbook: text('what it is run with, relative to this file'),
      inventory: text('relative to this file'),
      speed: { type: 'integer', minimum: 1, maximum: 600, description: 'no faster than this' },
      vars: { type: 'object', description: 'extra variables of the run' },
      hosts: { type: 'object', description: 'by host pattern: workers, worker03, workers[0]', additionalProperties: host },
      cluster,
      registry,
      faults: listOf({ oneOf: faults }, 'what goes wrong, and when'),
      expect: object(
        {
          exit: oneOf('exit code of the run', [0, 1, 2, 4]),
          task: text('the task that fails'),
          hosts: text('hosts it fails on, as a pattern'),
          message: text('regular expression for the failure’s message and hint'),
          recovers: flag('a second run, after the faults have ended, does the job'),
          untouched: flag('nothing may have been changed when it fails'),
        },
        { description: 'what should come of it', required: ['exit'] },
      ),
    },
    { required: ['name'] },
  ),
};
