/** With PB_TEST_REPORT=file vitest writes its results there too, for .ci/run to count. */
export const reporters = process.env['PB_TEST_REPORT']
  ? ['default', ['json', { outputFile: process.env['PB_TEST_REPORT'] }] as [string, { outputFile: string }]]
  : ['default'];
