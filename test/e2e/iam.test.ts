/** IAM as the lab's store has it. */
import { afterAll, beforeAll } from 'vitest';
import { type LabStore, startStore } from '../../src/lab/s3/server.ts';
import { iamLife } from './iam-life.ts';

const admin = { access: 'AKIAADMIN', secret: 'of-the-admin-1' };
let store: LabStore;
beforeAll(async () => {
  store = await startStore(async () => ({ buckets: [], forbidden: false }));
  await store.admit(admin.access, admin.secret);
});
afterAll(() => store.stop());

iamLife(() => ({ url: store.url, ...admin }));
