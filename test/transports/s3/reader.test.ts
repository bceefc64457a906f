/** A reader of stores only looks, whatever it is asked. */
import { expect, test } from 'vitest';
import type { StoreRequest } from '../../../src/core/store.ts';
import { storesOfController } from './stores.ts';

const stores = storesOfController();

test.each<StoreRequest>([
  { api: 's3', method: 'PUT', bucket: 'images' },
  { api: 'minio', method: 'DELETE', call: 'remove-user' },
  { api: 'iam', action: 'CreateUser', params: { UserName: 'x' } },
  { api: 'iam', action: 'Getaway', params: {} },
])('%j', async (request) => {
  // Nobody listens there: what was sent would be refused by the machine.
  const target = { endpoint_url: 'http://127.0.0.1:1', access_key: 'a', secret_key: 'b' };
  const { reader } = await stores.store(target, undefined);
  await expect(reader.ask(request)).rejects.toThrow('it only looks');
});
