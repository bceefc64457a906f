/** The volume binder, for API servers without kube-controller-manager: phases of claims and volumes, and their protection. */
import type { Context } from '../context.ts';
import { delays } from '../delays.ts';
import { type Claim, POD, PV, PVC, STORAGE_CLASS, type StorageClass } from '../kinds.ts';
import { type Again, on } from '../toolkit/controller.ts';
import { keyOf, parseKey } from '../toolkit/objects.ts';
import { claimNames } from './scheduler.ts';

const claimFinalizer = 'kubernetes.io/pvc-protection';
const volumeFinalizer = 'kubernetes.io/pv-protection';

export function startBinder(context: Context): void {
  const { client, clock } = context;
  const pods = context.cache(POD);
  const volumes = context.cache(PV);
  const claims = context.cache(PVC);
  const classes = context.cache(STORAGE_CLASS);
  const users = (claim: Claim) => pods.all(claim.metadata.namespace).filter((pod) => claimNames(pod).includes(claim.metadata.name));

  context.controller('persistent-volume-binder', [on(volumes)], async (name): Promise<Again | undefined> => {
    const volume = volumes.get(name);
    if (!volume) return undefined;
    const { claimRef } = volume.spec;
    const claim = claimRef && claims.get(claimRef.name ?? '', claimRef.namespace);
    if (volume.metadata.deletionTimestamp) {
      if (volume.status?.phase === 'Bound') return undefined;
      await client.edit(PV, { name }, (live) => {
        live.metadata.finalizers = live.metadata.finalizers?.filter((one) => one !== volumeFinalizer) ?? [];
      });
      return undefined;
    }
    const gone = claimRef?.uid !== undefined && claim?.metadata.uid !== claimRef.uid;
    const phase = !claimRef ? 'Available' : gone ? 'Released' : claim?.spec.volumeName === name ? 'Bound' : undefined;
    if (phase) {
      await client.editStatus(
        PV,
        { name },
        (live) => {
          live.status = { ...live.status, phase };
        },
        volume,
      );
    }
    if (claim && !gone && !claim.spec.volumeName) await bind(claim, name);
    return undefined;
  });

  const bind = async (claim: Claim, volumeName: string): Promise<void> => {
    await client.edit(PVC, claim.metadata, (live) => {
      if (live.spec.volumeName) return;
      live.spec.volumeName = volumeName;
      live.metadata.annotations = {
        ...live.metadata.annotations,
        'pv.kubernetes.io/bind-completed': 'yes',
        'pv.kubernetes.io/bound-by-controller': 'yes',
      };
    });
    const volume = volumes.get(volumeName);
    await client.editStatus(PVC, claim.metadata, (live) => {
      if (live.spec.volumeName !== volumeName) return;
      live.status = { ...live.status, phase: 'Bound', capacity: volume?.spec.capacity ?? {}, accessModes: volume?.spec.accessModes ?? [] };
    });
    await client.editStatus(PV, { name: volumeName }, (live) => {
      live.status = { ...live.status, phase: 'Bound' };
    });
  };

  context.controller(
    'persistent-volume-claims',
    [
      on(claims),
      on(volumes, (volume) => claimKey(volume.spec.claimRef)),
      on(pods, (pod) => claimNames(pod).map((name) => `${pod.metadata.namespace}/${name}`)),
    ],
    async (key): Promise<Again | undefined> => {
      const ref = parseKey(key);
      const claim = claims.get(ref.name, ref.namespace);
      if (!claim) {
        await wakeVolumes(key);
        return undefined;
      }
      if (claim.metadata.deletionTimestamp) {
        if (users(claim).some((pod) => !['Succeeded', 'Failed'].includes(pod.status?.phase ?? ''))) return { again: delays.react };
        await client.edit(PVC, ref, (live) => {
          live.metadata.finalizers = live.metadata.finalizers?.filter((one) => one !== claimFinalizer) ?? [];
        });
        return undefined;
      }
      if (!claim.metadata.finalizers?.includes(claimFinalizer)) {
        await client.edit(PVC, ref, (live) => {
          live.metadata.finalizers = [...new Set([...(live.metadata.finalizers ?? []), claimFinalizer])];
        });
      }
      const reserved = volumes.all().find((volume) => volume.spec.claimRef?.uid === claim.metadata.uid);
      if (reserved && (claim.spec.volumeName !== reserved.metadata.name || claim.status?.phase !== 'Bound')) {
        await bind(claim, reserved.metadata.name);
        return undefined;
      }
      if (claim.spec.volumeName) return undefined;
      if (claim.status?.phase !== 'Pending') {
        await client.editStatus(PVC, ref, (live) => {
          live.status = { ...live.status, phase: 'Pending' };
        });
      }
      return tell(claim);
    },
  );

  /** A volume whose claim has gone becomes Released. */
  const wakeVolumes = async (key: string): Promise<void> => {
    for (const volume of volumes.all()) {
      if (!claimKey(volume.spec.claimRef).includes(key) || volume.status?.phase !== 'Bound') continue;
      await client.editStatus(PV, volume.metadata, (live) => {
        live.status = { ...live.status, phase: 'Released' };
      });
    }
  };

  const tell = async (claim: Claim): Promise<Again> => {
    const name = claim.spec.storageClassName ?? '';
    const storageClass = classes.get(name);
    const pod = users(claim).find((one) => !one.spec.nodeName);
    const [type, reason, message] = claimNotice({ name, storageClass, pod: pod?.metadata.name });
    if (clock.due(`claim/${claim.metadata.uid}/${reason}`, delays.claimEvent)) {
      const about = { ...claim, kind: 'PersistentVolumeClaim', apiVersion: 'v1' };
      await client.event(about, { type, reason, message, from: 'persistentvolume-controller' });
    }
    return { again: delays.claimEvent };
  };
}

interface Waiting {
  /** The class's name; '' where the claim names none. */
  readonly name: string;
  readonly storageClass: StorageClass | undefined;
  /** A pod that waits for the claim. */
  readonly pod: string | undefined;
}

/** What the binder says about a claim that has no volume yet. Pure. */
export function claimNotice({ name, storageClass, pod }: Waiting): readonly ['Normal' | 'Warning', string, string] {
  if (name === '') return ['Normal', 'FailedBinding', 'no persistent volumes available for this claim and no storage class is set'];
  if (!storageClass) return ['Warning', 'ProvisioningFailed', `storageclass.storage.k8s.io "${name}" not found`];
  if (storageClass.volumeBindingMode !== 'WaitForFirstConsumer') {
    const message =
      `Waiting for a volume to be created either by the external provisioner '${storageClass.provisioner}' or manually by the system ` +
      'administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.';
    return ['Normal', 'ExternalProvisioning', message];
  }
  return pod
    ? ['Normal', 'WaitForPodScheduled', `waiting for pod ${pod} to be scheduled`]
    : ['Normal', 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding'];
}

const claimKey = (claim: { namespace?: string; name?: string } | undefined): string[] =>
  claim?.name ? [keyOf({ metadata: { name: claim.name, namespace: claim.namespace ?? '' } })] : [];
