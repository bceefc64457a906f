import { expect, it } from 'vitest';
import { pythonJson } from '../../src/modules/files/python-json.ts';

it('writes what json.dumps of Python 3.11 writes', () => {
  expect(pythonJson({ b: [1, 2.5, true, null], a: {}, text: 'é "x" 😀' })).toBe(
    '{"b": [1, 2.5, true, null], "a": {}, "text": "\\u00e9 \\"x\\" \\ud83d\\ude00"}',
  );
});
