import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routerAuthority } from '../../../../src/lab/kube/operators/cluster.ts';
import {
  CLUSTER_OPERATOR,
  CONFIG_MAP,
  DEPLOYMENT,
  IMAGE_CONFIG,
  PVC,
  REGISTRY_CONFIG,
  SECRET,
} from '../../../../src/lab/kube/operators/kinds.ts';
import { BUCKET, BUCKET_CLAIM, PROXY, ROUTE } from '../../../../src/lab/kube/operators/openshift-kinds.ts';
import { conditionOf } from '../../../../src/lab/kube/operators/toolkit/conditions.ts';
import { eventually, type Stage, type StartStage } from './stage.ts';

const namespace = 'openshift-image-registry';
const host = 's3-openshift-storage.apps.lab.example.com';
const prefix = 'unable to sync storage configuration: ';

export function registryLife(where: string, start: StartStage): void {
  describe(`the registry on a bucket, with routes, ${where}`, () => {
    let lab: Stage;
    beforeAll(async () => {
      lab = await start({ variant: { dataFoundation: 'installed' } });
    });
    afterAll(() => lab?.stop());
    const registry = () => lab.client.get(REGISTRY_CONFIG, { name: 'cluster' });
    const condition = async (type: string) => conditionOf((await registry())?.status?.conditions, type);
    const patch = (spec: object) => lab.client.mergePatch(REGISTRY_CONFIG, { name: 'cluster' }, { spec });
    const isReady = () =>
      eventually(async () => {
        expect(await condition('Available')).toMatchObject({ status: 'True', reason: 'Ready' });
        expect(await condition('Progressing')).toMatchObject({ status: 'False', reason: 'Ready' });
      });
    const fails = (message: string) =>
      eventually(async () => {
        expect(await condition('Progressing')).toMatchObject({
          reason: 'Error',
          message: `Unable to apply resources: ${prefix}${message}`,
        });
      });
    const user = { name: 'image-registry-private-configuration-user', namespace };
    const ca = { name: 'image-registry-s3-bundle', namespace: 'openshift-config' };
    let s3 = {};

    it('asks for credentials first, then for each key (F30)', async () => {
      const claim = { name: 'registry', namespace: 'openshift-storage' };
      await eventually(async () => expect(await registry()).toBeDefined());
      await lab.client.create(BUCKET_CLAIM, {
        ...{ metadata: claim, spec: { storageClassName: 'openshift-storage.noobaa.io', generateBucketName: 'registry' } },
      });
      await eventually(async () => expect((await lab.client.get(BUCKET_CLAIM, claim))?.status?.phase).toBe('Bound'));
      const bucket = (await lab.client.get(BUCKET_CLAIM, claim))?.spec.bucketName;
      s3 = { bucket, region: 'us-east-1', regionEndpoint: `https://${host}`, trustedCA: { name: ca.name } };
      await patch({ managementState: 'Managed', replicas: 2, storage: { s3 } });
      await fails(
        `unable to get cluster minted credentials "${namespace}/installer-cloud-credentials": secret "installer-cloud-credentials" not found`,
      );
      const data = (await lab.client.get(SECRET, claim))?.data ?? {};
      const access = { REGISTRY_STORAGE_S3_ACCESSKEY: data['AWS_ACCESS_KEY_ID'] ?? '' };
      await lab.client.create(SECRET, { metadata: user, data: access });
      await fails(`secret "${namespace}/${user.name}" does not contain required key "REGISTRY_STORAGE_S3_SECRETKEY"`);
      await lab.client.mergePatch(SECRET, user, { data: { REGISTRY_STORAGE_S3_SECRETKEY: data['AWS_SECRET_ACCESS_KEY'] } });
      await fails(`unable to get S3 CA bundle: failed to get trusted CA "${ca.name}": configmap "${ca.name}" not found`);
    });

    it('is ready once it trusts the endpoint', async () => {
      await lab.client.create(CONFIG_MAP, { metadata: ca, data: (await lab.client.get(CONFIG_MAP, routerAuthority))?.data ?? {} });
      await isReady();
      expect(await condition('StorageExists')).toMatchObject({ status: 'True', reason: 'S3 Bucket Exists' });
      const config = await registry();
      expect(config?.spec.storage).toEqual({ managementState: 'Unmanaged', s3 });
      expect(config?.status?.storage).toMatchObject({ managementState: 'Unmanaged' });
      const copy = await lab.client.get(SECRET, { name: 'image-registry-private-configuration', namespace });
      expect(Object.keys(copy?.data ?? {}).sort()).toEqual(['REGISTRY_STORAGE_S3_ACCESSKEY', 'REGISTRY_STORAGE_S3_SECRETKEY']);
    });

    it('stays available while the endpoint cannot be verified (F28) or reached (F40)', async () => {
      const { bucket } = s3 as { bucket: string };
      const failed = (why: string) => `RequestError: send request failed\ncaused by: Head "https://${host}/${bucket}": ${why}`;
      lab.operators.setFault({ fault: 'F28' });
      await fails(failed('tls: failed to verify certificate: x509: certificate signed by unknown authority'));
      expect(await condition('StorageExists')).toMatchObject({ status: 'Unknown', reason: 'Unknown Error Occurred' });
      expect(await condition('Available')).toMatchObject({ status: 'True', reason: 'Ready' });
      lab.operators.setFault({ fault: 'F28' }, false);
      await isReady();
      const timeout = failed('context deadline exceeded (Client.Timeout exceeded while awaiting headers)');
      lab.operators.setFault({ fault: 'F40' });
      await fails(timeout);
      lab.operators.setFault({ fault: 'F40' }, false);
      await isReady();
      await lab.client.mergePatch(PROXY, { name: 'cluster' }, { spec: { httpsProxy: 'http://proxy.lab:3128', noProxy: 'example.org' } });
      await fails(timeout);
      await lab.client.mergePatch(PROXY, { name: 'cluster' }, { spec: { noProxy: '.example.com' } });
      await isReady();
      // One roll-out, the first: none of this changed what the pods depend on.
      const { metadata } = (await lab.client.get(DEPLOYMENT, { name: 'image-registry', namespace })) ?? {};
      expect(metadata?.annotations?.['deployment.kubernetes.io/revision']).toBe('1');
    });

    it('tries to make a bucket that it may not see (F29)', async () => {
      lab.operators.setFault({ fault: 'F29' });
      await fails('AccessDenied: Access Denied\n\tstatus code: 403, request id: , host id: ');
      expect(await condition('StorageExists')).toMatchObject({ status: 'False', reason: 'AccessDenied' });
      lab.operators.setFault({ fault: 'F29', create: 'allowed' });
      await eventually(async () => {
        expect(await condition('StorageExists')).toMatchObject({ status: 'True', reason: 'Creation Successful' });
        expect(await condition('StorageTagged')).toMatchObject({ status: 'True' });
      });
      lab.operators.setFault({ fault: 'F29' }, false);
      await isReady();
    });

    it('rolls out when the keys change', async () => {
      const checksum = async () =>
        (await lab.client.get(DEPLOYMENT, { name: 'image-registry', namespace }))?.spec.template.metadata.annotations?.[
          'imageregistry.operator.openshift.io/dependencies-checksum'
        ];
      const before = await checksum();
      await lab.client.mergePatch(SECRET, user, { data: { note: 'bmV3' } });
      await eventually(async () => expect(await checksum()).not.toBe(before));
      await isReady();
    });

    it('has routes, and names under which it is known outside', async () => {
      await patch({ defaultRoute: true, routes: [{ name: 'own', hostname: 'registry.apps.lab.example.com' }] });
      await eventually(async () => {
        const image = await lab.client.get(IMAGE_CONFIG, { name: 'cluster' });
        expect(image?.status?.externalRegistryHostnames).toEqual([
          ...['default-route-openshift-image-registry.apps.lab.example.com', 'registry.apps.lab.example.com'],
        ]);
      });
      expect((await lab.client.get(ROUTE, { name: 'default-route', namespace }))?.spec).toMatchObject({
        ...{ to: { kind: 'Service', name: 'image-registry' }, tls: { termination: 'reencrypt' } },
      });
    });

    it('is degraded by a route that is not admitted (F31)', async () => {
      lab.operators.setFault({ fault: 'F31', route: 'own' });
      await eventually(async () => {
        expect(await condition('Degraded')).toMatchObject({
          ...{ status: 'True', reason: 'RouteDegraded' },
          message: expect.stringMatching(/^route own \(host registry\.apps\.lab\.example\.com, router default\) not admitted: /),
        });
        const operator = await lab.client.get(CLUSTER_OPERATOR, { name: 'image-registry' });
        expect(conditionOf(operator?.status?.conditions, 'Degraded')).toMatchObject({ status: 'True', reason: 'RouteDegraded' });
      });
      expect(await condition('Available')).toMatchObject({ status: 'True' });
      lab.operators.setFault({ fault: 'F31', route: 'own' }, false);
      await eventually(async () => expect(await condition('Degraded')).toMatchObject({ status: 'False' }));
    });

    it('loses its routes with the Config’s word for them', async () => {
      await patch({ defaultRoute: false, routes: null });
      await eventually(async () => {
        expect((await lab.client.list(ROUTE, { namespace })).items).toEqual([]);
        expect((await lab.client.get(IMAGE_CONFIG, { name: 'cluster' }))?.status?.externalRegistryHostnames ?? []).toEqual([]);
      });
    });

    it('moves to a shared volume made on demand; a class for single nodes makes none (F07)', async () => {
      const claimOf = (name: string, storageClassName: string) =>
        lab.client.create(PVC, {
          metadata: { name, namespace },
          spec: { storageClassName, accessModes: ['ReadWriteMany'], resources: { requests: { storage: '100Gi' } } },
        });
      await claimOf('block', 'ocs-storagecluster-ceph-rbd');
      await eventually(async () => {
        const [event] = await lab.events(namespace, 'ProvisioningFailed');
        expect(event?.message).toBe(
          'failed to provision volume with StorageClass "ocs-storagecluster-ceph-rbd": rpc error: code = InvalidArgument desc = ' +
            'multi node access modes are only supported on rbd `block` type volumes',
        );
      });
      await claimOf('shared', 'ocs-storagecluster-cephfs');
      await eventually(async () => expect((await lab.client.get(PVC, { name: 'shared', namespace }))?.status?.phase).toBe('Bound'));
      expect((await lab.client.get(PVC, { name: 'block', namespace }))?.status?.phase).toBe('Pending');
      const storage = { s3: null, pvc: { claim: 'shared' }, managementState: 'Unmanaged' };
      await patch({ storage });
      await eventually(async () => {
        const { spec } = (await lab.client.get(DEPLOYMENT, { name: 'image-registry', namespace })) ?? {};
        expect(spec?.template.spec.volumes).toMatchObject([{ persistentVolumeClaim: { claimName: 'shared' } }]);
      });
      await isReady();
      expect((await lab.client.list(BUCKET)).items).toHaveLength(1);
    });

    it('takes the shared volume along when it is removed while managed (F34)', async () => {
      await patch({ storage: { managementState: 'Managed' } });
      await patch({ managementState: 'Removed' });
      await eventually(async () => {
        expect(await condition('Removed')).toMatchObject({ status: 'True' });
        expect(await lab.client.get(PVC, { name: 'shared', namespace })).toBeUndefined();
      });
    });
  });
}
