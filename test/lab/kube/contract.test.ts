import { afterAll, beforeAll, describe } from 'vitest';
import { type LabApi, startApi } from '../../../src/lab/kube/server/start.ts';
import { contractSuite } from '../../kube-contract/suite.ts';

describe('the contract, on the lab\u2019s API server', () => {
  let api: LabApi;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api?.stop());

  contractSuite({ server: () => ({ url: api.url, ca: api.caPem, tokens: api.tokens }) });
});
