import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { modules } from '../../src/modules/index.ts';

/** check-args.ts leaves this out at run time. */
test('every module’s arguments are a valid JSON Schema', () => {
  const ajv = new Ajv2020({ strict: false });
  for (const { name, args } of modules) expect(ajv.validateSchema(args), `${name}: ${ajv.errorsText()}`).toBe(true);
  expect(ajv.validateSchema({ type: 'strin' })).toBe(false);
});
