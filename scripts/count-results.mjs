// Adds up vitest's JSON reports and prints the closing line; fails when a suite is missing, ran nothing or could not be loaded.
import { existsSync, readFileSync } from 'node:fs';

let [passed, failed, skipped, bad] = [0, 0, 0, 0];
for (const file of process.argv.slice(2)) {
  const report = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  const ran = (report?.numPassedTests ?? 0) + (report?.numFailedTests ?? 0);
  if (ran === 0) {
    console.error(`${file}: no test ran`);
    bad++;
    continue;
  }
  // A file that could not be loaded has no tests to count: it counts as one failure.
  const unloaded = report.testResults.filter((one) => one.status === 'failed' && one.assertionResults.length === 0).length;
  passed += report.numPassedTests;
  failed += report.numFailedTests + unloaded;
  skipped += report.numPendingTests + report.numTodoTests;
}
console.log(`${passed} passed, ${failed + bad} failed, ${skipped} skipped`);
process.exitCode = failed + bad > 0 ? 1 : 0;
