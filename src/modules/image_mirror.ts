/** Images copied between registries, image layouts and their archives. */
import { posix } from 'node:path';
import { stringify } from 'yaml';
import type { Decision } from '../core/module.ts';
import { imageName } from '../core/registry.ts';
import type { JsonObject } from '../core/value.ts';
import { args, change, defineModule, failed, integer, json, listOf, ok, oneOf, optional, refused, text } from './define.ts';
import { accessArgs } from './registry/access-args.ts';
import { example, missing, noSource, there } from './registry/examples.ts';
import { type FileWrite, mirrorChange, outputOf, roomTrouble, tooMany } from './registry/mirror-change.ts';
import { type GivenImage, pairsOf } from './registry/pairs.ts';
import { clusterFiles } from './registry/policies.ts';
import { parseImage } from './registry/reference.ts';
import { type Survey, survey } from './registry/survey.ts';

interface State {
  readonly problems: readonly string[];
  readonly survey: Survey;
  /** Manifests for the cluster: where they are wanted as files, `path` and what it holds now. */
  readonly files: readonly { readonly object: JsonObject; readonly path?: string; readonly before?: string }[];
}

const NOTHING: Survey = { images: [], bytes: 0, blobs: 0, mounts: {}, free: {} };
const DAY_MS = 24 * 3600 * 1000;

export const imageMirror = defineModule({
  name: 'image_mirror',
  target: 'registry',
  effect: 'converge',
  summary: 'Copy images between registries, OCI layouts and archives, by digest',
  notes: [
    'Runs on the controller. A place is a registry (quay.io/team/app:v1), an image layout (oci:FOLDER:NAME) or its archive (oci-archive:FILE.tar:NAME).',
    'A blob that the destination has is never sent again, so a run that was ended goes on where it was; one that another repository of the registry has is mounted.',
    'Every image is copied that can be; then the task fails if more than max_failed could not. Sources that do not exist are found before anything is copied.',
    'What it gives as manifests is known in check mode too, so that check shows what a later task would apply.',
    'Afterwards each destination is asked again for the digest: what does not answer with it has failed.',
    'With platforms the index that is pushed names only these and has a digest of its own, so mirror policies by digest do not find it.',
    'Credentials are looked up in the authfile by host and path and appear in no argument, output or event.',
  ],
  args: args({
    images: listOf(json<GivenImage>('SOURCE, or {src: SOURCE, dest: DESTINATION}'), 'What to copy', { default: [] }),
    mapping: optional(text('A file of lines SOURCE=DESTINATION, as oc adm catalog mirror and oc-mirror write it (mapping.txt)')),
    dest_prefix: optional(
      text(
        'Where sources without a destination go: mirror.example.com:5000/ocp, oci:FOLDER or oci-archive:FILE; the repository is kept below it',
      ),
    ),
    platforms: listOf(text('linux/amd64'), 'Which of an index to copy; all of them when left out, under the same digest', { default: [] }),
    max_failed: integer('How many images may fail', { default: 0, minimum: 0 }),
    parallel: integer('How many images and blobs are under way at once', { default: 8, minimum: 1, maximum: 64 }),
    free_space: optional(
      integer('Bytes free in the destination’s storage, where you know: refused unless there is a fifth more than will be sent', {
        minimum: 0,
      }),
    ),
    catalogs: listOf(text('A source, with or without its tag'), 'Which images are operator catalogs: each gets a CatalogSource', {
      default: [],
    }),
    policy: oneOf(
      ['idms', 'icsp'],
      'Mirror policies: ImageDigestMirrorSet and ImageTagMirrorSet, or ImageContentSourcePolicy (up to 4.12)',
      { default: 'idms' },
    ),
    resources_dir: optional(
      text('Folder of the controller where mirror policies and CatalogSources are written; without it they are only in the output'),
    ),
    ...accessArgs,
  }),
  timeoutMs: () => DAY_MS,
  examples: [
    { title: 'there already', args: example, state: { problems: [], survey: { ...NOTHING, images: [there] }, files: [] }, expect: 'ok' },
    {
      title: 'one is missing',
      args: example,
      state: { problems: [], survey: { ...NOTHING, images: [there, missing], bytes: 1_234_567, blobs: 3 }, files: [] },
      expect: 'change',
    },
    {
      title: 'a source does not exist',
      args: example,
      state: { problems: [], survey: { ...NOTHING, images: [noSource] }, files: [] },
      expect: 'absent',
    },
    {
      title: 'one failed, and one may',
      args: { ...example, max_failed: 1 },
      state: {
        problems: [],
        survey: { ...NOTHING, images: [there, { ...missing, outcome: { is: 'failed', why: 'GET quay.io/team/app: 502' } }] },
        files: [],
      },
      expect: 'ok',
    },
    {
      title: 'too little room',
      args: { ...example, free_space: 1_000_000 },
      state: { problems: [], survey: { ...NOTHING, images: [missing], bytes: 1_234_567, blobs: 3 }, files: [] },
      expect: 'refused',
    },
    {
      title: 'a reference that is none',
      args: example,
      state: { problems: ['"app" names no registry'], survey: NOTHING, files: [] },
      expect: 'failed',
    },
  ],
  reads: ({ images }) =>
    images.flatMap((one) => {
      const image = parseImage(typeof one === 'string' ? one : one.src, '/');
      return typeof image === 'string' ? [] : [`image/${imageName(image)}`];
    }),
  async read(given, io): Promise<State> {
    const base = io.files.base ?? process.cwd();
    const mapping =
      given.mapping === undefined
        ? undefined
        : Buffer.from(await io.files.read(await io.files.find('files', given.mapping))).toString('utf8');
    const { pairs, problems } = pairsOf({ images: given.images, mapping, dest_prefix: given.dest_prefix }, base);
    if (problems.length > 0) return { problems, survey: NOTHING, files: [] };
    const wanted = clusterFiles(pairs, { kind: given.policy, catalogs: given.catalogs }, base);
    const files = wanted.map(async ({ name, object }) => {
      if (given.resources_dir === undefined) return { object };
      const path = posix.resolve(base, given.resources_dir, name);
      const before = await io.text(path);
      return { object, path, ...(before === undefined ? {} : { before }) };
    });
    return { problems, survey: await survey(pairs, io, given), files: await Promise.all(files) };
  },
  decide(given, { problems, survey: seen, files }): Decision<JsonObject> {
    if (problems.length > 0) return failed(problems.join('\n'), { code: 'args' });
    const output = outputOf(
      seen,
      files.map(({ object }) => object),
    );
    const stop = tooMany(seen.images, given, output);
    if (stop) return stop;
    const room = roomTrouble(seen, given);
    if (room !== undefined) return refused(room, 'make room there, or give a free_space that is right');
    const writes = files.flatMap(({ object, path, before }): readonly FileWrite[] => {
      const content = stringify(object);
      return path === undefined || content === before ? [] : [{ path, before, content }];
    });
    const made = mirrorChange(seen, writes, given);
    return made ? change({ ...made, foreknown: { manifests: files.map(({ object }) => object) } }) : ok(output);
  },
});
