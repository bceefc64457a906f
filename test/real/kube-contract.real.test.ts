import { readFileSync } from 'node:fs';
import { afterAll, beforeAll } from 'vitest';
import { contractSuite } from '../kube-contract/suite.ts';
import { type Kube, startKube } from './parts/kube.ts';
import { partOrSkip } from './parts/require.ts';

const suite = await partOrSkip('kube');

suite('the contract, on a real API server', () => {
  let kube: Kube;
  beforeAll(async () => {
    kube = await startKube({ controllers: 'default' });
  });
  afterAll(() => kube?.close());

  contractSuite({
    server: () => ({ url: kube.server, ca: readFileSync(kube.caFile, 'utf8'), tokens: kube.tokens }),
    record: process.env['PB_RECORD'] === '1',
  });
});
