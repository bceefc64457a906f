/** Object stores as a run reaches them, from the controller alone. */
import { Redactor } from '../../../src/core/secret.ts';
import { createStores } from '../../../src/transports/s3/index.ts';

export const storesOfController = () =>
  createStores({
    env: {},
    signal: new AbortController().signal,
    redactor: new Redactor(),
    script: () => {
      throw new Error('no host');
    },
  });
