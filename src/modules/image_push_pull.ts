/** Whether a registry takes an image and gives it back: the test that ends every set-up of a registry. */
import type { Decision } from '../core/module.ts';
import { type ImageRef, imageName } from '../core/registry.ts';
import { tinyImage } from '../core/tiny-image.ts';
import type { JsonObject } from '../core/value.ts';
import { args, change, defineModule, failed, flag, ok, optional, refused, text } from './define.ts';
import { accessArgs } from './registry/access-args.ts';
import { parseImage } from './registry/reference.ts';

interface State {
  /** What the tag names; null for nothing. */
  readonly tagged: string | null;
  /** Whether manifest and blobs came back byte for byte, by digest. */
  readonly whole: boolean;
}

const exampleArgs = { image: 'registry.example.com:5000/sandbox/pb-test:latest' };

export const imagePushPull = defineModule({
  name: 'image_push_pull',
  target: 'registry',
  effect: 'converge',
  summary: 'Push a tiny image to a registry, read it back by digest and compare; delete it again where asked',
  notes: [
    'The image is made on the spot: one layer of one file, the same bytes every time. Nothing is pulled from anywhere.',
    'Once it is there and comes back whole the task is ok and pushes nothing; with delete it pushes on every run.',
    'Where the registry allows no deletion the image stays: the output says deleted: false.',
    'OpenShift’s own registry takes the token of a ServiceAccount (TokenRequest) as the password, with any username.',
  ],
  args: args({
    image: text('Where to push it: registry.example.com/project/pb-test:latest'),
    delete: flag('Delete it once it has come back', false),
    username: optional(text('Who logs in, instead of the authfile’s user')),
    password: optional(text('Their password, or a token')),
    ...accessArgs,
  }),
  examples: [
    { title: 'nothing there yet', args: exampleArgs, state: { tagged: null, whole: false }, expect: 'change' },
    { title: 'there and whole', args: exampleArgs, state: { tagged: tinyImage().digest, whole: true }, expect: 'ok' },
    { title: 'deleted again', args: { ...exampleArgs, delete: true }, state: { tagged: null, whole: false }, expect: 'change' },
    {
      title: 'another image under the tag',
      args: exampleArgs,
      state: { tagged: `sha256:${'0'.repeat(64)}`, whole: false },
      expect: 'refused',
    },
    { title: 'no registry named', args: { image: 'pb-test' }, state: { tagged: null, whole: false }, expect: 'failed' },
  ],
  async read(given, io): Promise<State> {
    const image = placeOf(given.image);
    if (typeof image === 'string') return { tagged: null, whole: false };
    const made = tinyImage();
    const tagged = (await io.digest(image)) ?? null;
    if (tagged !== made.digest) return { tagged, whole: false };
    const back = await io.manifest({ ...image, digest: made.digest });
    const blobs = await Promise.all(made.blobs.map(({ digest }) => io.blob(image, digest)));
    const same = blobs.every(
      (bytes, index) => bytes !== undefined && Buffer.from(bytes).equals(made.blobs[index]?.bytes ?? new Uint8Array()),
    );
    return { tagged, whole: back?.text === made.manifest && same };
  },
  decide(given, { tagged, whole }): Decision<JsonObject> {
    const image = placeOf(given.image);
    if (typeof image === 'string') return failed(image, { code: 'args' });
    const made = tinyImage();
    const output = { image: imageName(image), digest: made.digest };
    if (tagged !== null && tagged !== made.digest)
      return refused(
        `${imageName(image)} is another image, ${tagged}, which the test would take its name from`,
        'name a tag that nobody uses',
      );
    if (whole && !given.delete) return ok({ ...output, pulled: true });
    const push = { do: 'registry.push', to: image, digest: made.digest } as const;
    const found: ImageRef = { ...image, digest: made.digest };
    if (!given.delete) {
      return change({
        op: 'create',
        summary: `push ${imageName(image)} and read it back`,
        ...{ before: { digest: tagged }, after: { digest: made.digest }, steps: [push] },
        output: { pushed: true },
        provides: [`image/${imageName(image)}`],
      });
    }
    const steps = [push, { do: 'registry.pull', image: found }, { do: 'registry.delete', image: found }] as const;
    return change({
      op: 'run',
      summary: `push ${imageName(image)}, read it back and delete it`,
      ...{ before: { digest: tagged }, after: { digest: null }, steps, repeats: true, output },
    });
  },
  result: (_, outputs) => ({
    pushed: outputs.length > 0,
    pulled: outputs.length > 1,
    deleted: outputs[2]?.stdout.startsWith('deleted') ?? false,
  }),
});

/** A sentence where it is none. */
function placeOf(text: string): ImageRef | string {
  const image = parseImage(text, '/');
  if (typeof image === 'string') return image;
  if (image.in !== 'registry') return `"${text}" is no registry: the test is of one`;
  if (image.digest !== undefined) return `"${text}" names a digest: name a tag, the digest is that of the image which is made`;
  return image.tag === undefined ? { ...image, tag: 'latest' } : image;
}
