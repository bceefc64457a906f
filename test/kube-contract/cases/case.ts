/** A case asks; what was answered is compared with the recorded answers. */
import type { Talk } from '../talk.ts';

export type Cases = Readonly<Record<string, (t: Talk) => Promise<void>>>;

export const configMap = (name: string, data: Record<string, string> = { k: 'v' }, metadata: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  data,
});

export const pod = (name: string, spec: object = {}, metadata: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, ...metadata },
  spec: { containers: [{ name: 'c', image: 'registry.example.com/app:1' }], ...spec },
});

export const deployment = (name: string, spec: object = {}): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        containers: [{ name: 'c', image: 'registry.example.com/app:1', ports: [{ containerPort: 80 }], env: [{ name: 'A', value: '1' }] }],
      },
    },
    paused: true,
    ...spec,
  },
});

export const widget = (name: string, spec: object, metadata: object = {}): object => ({
  apiVersion: 'lab.example.com/v1',
  kind: 'Widget',
  metadata: { name, ...metadata },
  spec,
});

export const claim = (name: string, spec: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '100Gi' } }, storageClassName: 'none', ...spec },
});

export const maps = '/api/v1/namespaces/{ns}/configmaps';
export const pods = '/api/v1/namespaces/{ns}/pods';
export const deployments = '/apis/apps/v1/namespaces/{ns}/deployments';
export const claims = '/api/v1/namespaces/{ns}/persistentvolumeclaims';
export const widgetsOf = '/apis/lab.example.com/v1/namespaces/{ns}/widgets';
