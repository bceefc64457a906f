/** IAM as somebody else wrote it, who looks at every signature. */
import { afterAll, beforeAll } from 'vitest';
import { iamLife } from '../../e2e/iam-life.ts';
import { type Moto, startMoto } from '../parts/moto.ts';
import { partOrSkip } from '../parts/require.ts';

const suite = await partOrSkip('moto');

suite('moto', () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(() => moto?.close());

  iamLife(() => moto);
});
