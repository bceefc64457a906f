/** ODF's bucket provisioners, NooBaa's and Ceph's: ObjectBucketClaims get a bucket, its keys and its address. */
import type { Context } from './context.ts';
import { delays } from './delays.ts';
import { CONFIG_MAP, SECRET, STORAGE_CLASS } from './kinds.ts';
import {
  bucketConfig,
  bucketName,
  bucketObject,
  bucketSecret,
  finalizer,
  labelsOf,
  type Provisioner,
  provisioners,
} from './object-buckets/resources.ts';
import { BUCKET, BUCKET_CLAIM, BUCKET_CLASS, type BucketClaim } from './openshift-kinds.ts';
import { type Again, on } from './toolkit/controller.ts';
import { keyOf, parseKey } from './toolkit/objects.ts';

const odfNamespace = 'openshift-storage';

export function startObjectBuckets(context: Context): void {
  const { client, faults, options } = context;
  const claims = context.cache(BUCKET_CLAIM);
  const buckets = context.cache(BUCKET);
  const classes = context.cache(STORAGE_CLASS);
  const bucketClasses = context.cache(BUCKET_CLASS);
  const every = (): string[] => claims.all().map(keyOf);

  const controller = context.controller(
    'object-buckets',
    [on(claims), on(classes, every), on(bucketClasses, every)],
    async (key): Promise<Again | undefined> => {
      const ref = parseKey(key);
      const claim = claims.get(ref.name, ref.namespace);
      if (!claim) return undefined;
      if (claim.metadata.deletionTimestamp) return release(claim);
      if (claim.status?.phase === 'Bound') return undefined;
      const storageClass = classes.get(claim.spec.storageClassName);
      if (!storageClass) {
        complain(key, `storageclass.storage.k8s.io "${claim.spec.storageClassName}" not found`);
        return undefined;
      }
      // Another's class is another's business, for ever.
      const provisioner = provisioners[storageClass.provisioner];
      if (!provisioner) return undefined;
      await accept(claim, storageClass.provisioner, provisioner);
      const bucketClass = claim.spec.additionalConfig?.['bucketclass'] ?? storageClass.parameters?.['bucketclass'];
      if (bucketClass && !(await isClassReady(claim, bucketClass))) return { again: delays.bucketRetry };
      if (!claim.spec.bucketName) {
        const name = bucketName(claim);
        if (!name) return undefined;
        await client.edit(BUCKET_CLAIM, claim.metadata, (live) => {
          live.spec.bucketName ||= name;
        });
        return undefined;
      }
      return provision(claim, { provisioner, reclaimPolicy: storageClass.reclaimPolicy ?? 'Delete' });
    },
  );
  faults.listen(() => {
    for (const key of every()) controller.add(key);
  });

  const said = new Map<string, string>();
  /** All that shows is the provisioner's log. */
  const complain = (key: string, message: string): void => {
    if (said.get(key) !== message) options.log(`object-buckets ${key}: ${message}`);
    said.set(key, message);
  };

  const accept = async (claim: BucketClaim, name: string, provisioner: Provisioner): Promise<void> => {
    await client.edit(BUCKET_CLAIM, claim.metadata, (live) => {
      live.metadata.finalizers = [...new Set([...(live.metadata.finalizers ?? []), finalizer])];
      live.metadata.labels = { ...live.metadata.labels, ...labelsOf(name, provisioner) };
    });
    if (claim.status?.phase) return;
    await client.editStatus(BUCKET_CLAIM, claim.metadata, (live) => {
      live.status = { phase: 'Pending' };
    });
  };

  const isClassReady = async (claim: BucketClaim, name: string): Promise<boolean> => {
    const found = bucketClasses.get(name, odfNamespace);
    if (found?.status?.phase === 'Ready') return true;
    const [reason, message] = found
      ? ['BucketClassNotReady', `BucketClass "${name}" is not ready`]
      : ['MissingBucketClass', `BucketClass "${name}" not found in provisioner namespace "${odfNamespace}"`];
    const about = { ...claim, kind: BUCKET_CLAIM.kind, apiVersion: BUCKET_CLAIM.apiVersion };
    if (context.clock.due(`bucket-class/${claim.metadata.uid}/${reason}`, delays.bucketRetry))
      await client.event(about, { type: 'Warning', reason, message, from: 'noobaa-operator' });
    return false;
  };

  const provision = async (
    claim: BucketClaim,
    given: { readonly provisioner: Provisioner; readonly reclaimPolicy: string },
  ): Promise<Again | undefined> => {
    const { uid = '' } = claim.metadata;
    const taken = buckets.all().some((one) => one.spec?.endpoint?.bucketName === claim.spec.bucketName && one.spec?.claimRef?.uid !== uid);
    if (taken) {
      complain(keyOf(claim), `Bucket "${claim.spec.bucketName}" already exists`);
      return { again: delays.bucketRetry };
    }
    if (faults.get('F27')) return { again: delays.bucketRetry };
    const soon = context.wait(`bucket/${uid}`, 'bucketProvision');
    if (soon) return soon;
    await client.ensure(SECRET, bucketSecret(claim));
    await client.ensure(CONFIG_MAP, bucketConfig(claim, given.provisioner));
    const bucket = bucketObject(claim, given);
    if (await client.ensure(BUCKET, bucket))
      await client.editStatus(BUCKET, bucket.metadata, (live) => {
        live.status = { phase: 'Bound' };
      });
    await client.edit(BUCKET_CLAIM, claim.metadata, (live) => {
      live.spec.objectBucketName = bucket.metadata.name;
    });
    await client.editStatus(BUCKET_CLAIM, claim.metadata, (live) => {
      live.status = { phase: 'Bound' };
    });
    return undefined;
  };

  /** With policy Delete the bucket goes with all that is in it; its keys and address go in any case. */
  const release = async (claim: BucketClaim): Promise<undefined> => {
    const { name, namespace = '' } = claim.metadata;
    const bucket = claim.spec.objectBucketName ? { name: claim.spec.objectBucketName } : undefined;
    const policy = bucket && (await client.get(BUCKET, bucket))?.spec?.reclaimPolicy;
    if (bucket && policy === 'Retain')
      await client.editStatus(BUCKET, bucket, (live) => {
        live.status = { phase: 'Released' };
      });
    else if (bucket) await client.delete(BUCKET, bucket);
    for (const kind of [SECRET, CONFIG_MAP]) {
      const part = await client.get(kind, { name, namespace });
      if (!part?.metadata.finalizers?.includes(finalizer)) continue;
      await client.delete(kind, { name, namespace });
      await client.edit(kind, { name, namespace }, (live) => {
        live.metadata.finalizers = live.metadata.finalizers?.filter((one) => one !== finalizer) ?? [];
      });
    }
    await client.edit(BUCKET_CLAIM, claim.metadata, (live) => {
      live.metadata.finalizers = live.metadata.finalizers?.filter((one) => one !== finalizer) ?? [];
    });
    return undefined;
  };
}
