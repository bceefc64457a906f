/** Whether a bucket can be used as a registry uses it, from where the registry will run. */

import { PbError } from '../core/diagnostic.ts';
import type { Decision } from '../core/module.ts';
import type { JsonObject } from '../core/value.ts';
import { args, change, defineModule, failed, text } from './define.ts';
import { storeArgAliases, storeArgs } from './s3/store-args.ts';

type State = { readonly refused: null | { readonly why: string; readonly hint: string } };

const store = { endpoint_url: 'https://s3.lab:9000', access_key: 'ocp-registry', secret_key: 'of-the-registry' };

export const s3Probe = defineModule({
  name: 's3_probe',
  target: 'store',
  fromHost: true,
  effect: 'once',
  summary: 'Put, read, upload in parts and delete an object, as a registry will',
  notes: [
    'The task’s host asks: a node with its curl, the controller (delegate_to: localhost) by itself. So a proxy, a resolver or a clock of the node shows.',
    'Give it the very keys, authorities and address that the registry will get: what goes wrong is told with cause and remedy.',
    'Check mode only asks for the bucket’s listing, which is what the registry’s operator does; whether objects can be written is known after a run.',
    'Its objects are called pb-probe-… and are deleted again. As nothing is left behind, it is no change.',
  ],
  args: args({
    bucket: text('The bucket'),
    prefix: text('What the names of its objects begin with', { default: '' }),
    ...storeArgs,
  }),
  argAliases: { name: 'bucket', ...storeArgAliases },
  examples: [
    { title: 'the bucket answers', args: { bucket: 'ocp-registry', ...store }, state: { refused: null }, expect: 'change' },
    {
      title: 'the store refuses',
      args: { bucket: 'ocp-registry', ...store },
      state: { refused: { why: 'there is no such bucket', hint: 's3_bucket makes one' } },
      expect: 'failed',
    },
  ],
  reads: ({ bucket, access_key }) => [`bucket/${bucket}`, ...(access_key === undefined ? [] : [`user/${access_key}`]), 'policy/*'],
  async read({ bucket, prefix }, io): Promise<State> {
    const query = { 'list-type': '2', 'max-keys': '1', prefix };
    const answer = await io.ask({ api: 's3', method: 'GET', bucket, query });
    const what = `look at the bucket ${bucket}`;
    if (answer.status >= 300) {
      const error = io.refusal(answer, what);
      return { refused: { why: error.message, hint: (error instanceof PbError && error.hint) || '' } };
    }
    const known = typeof answer.body === 'object' && answer.body !== null && 'ListBucketResult' in answer.body;
    if (known) return { refused: null };
    const why = `${what}: the answer is no listing of a bucket`;
    return {
      refused: {
        why,
        hint: 'a store that does not take buckets in the host’s name lists all buckets: set virtual_hosted: false; or endpoint_url is a console and not the S3 port',
      },
    };
  },
  decide({ bucket, prefix }, { refused }): Decision<JsonObject> {
    if (refused) return failed(refused.why, refused.hint ? { hint: refused.hint } : {});
    return change({
      op: 'run',
      summary: `put, read, upload in parts and delete objects of its own in ${bucket}`,
      before: null,
      after: { bucket, objects: `${prefix}pb-probe-…` },
      steps: [{ do: 'store.probe', bucket, prefix }],
      uncounted: true,
    });
  },
  result: (_, [output]): JsonObject => JSON.parse(output?.stdout || '{}') as JsonObject,
});
