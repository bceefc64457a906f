// Adds up vitest's JSON reports: names what failed, prints the closing line; fails when a suite is missing, ran nothing or could not be loaded.
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

const REASON_LINES = 12;
let [passed, failed, skipped, bad] = [0, 0, 0, 0];

/** A failed test, or a file that could not be run: its name and how the reason begins. */
function name(where, reason = '') {
  console.log(`FAILED ${where}\n  ${reason.trim().split('\n').slice(0, REASON_LINES).join('\n  ')}`);
}

for (const file of process.argv.slice(2)) {
  const report = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  const ran = (report?.numPassedTests ?? 0) + (report?.numFailedTests ?? 0);
  if (ran === 0) {
    console.error(`${file}: no test ran`);
    bad++;
    continue;
  }
  // A file that could not be loaded, or whose preparation failed, has no failed test to count: it counts as one failure.
  const unloaded = report.testResults.filter(
    (one) => one.status === 'failed' && !one.assertionResults.some(({ status }) => status === 'failed'),
  );
  for (const one of unloaded) name(relative('.', one.name), one.message);
  for (const { name: file, assertionResults } of report.testResults)
    for (const { status, fullName, failureMessages } of assertionResults)
      if (status === 'failed') name(`${relative('.', file)}: ${fullName}`, failureMessages[0]);
  passed += report.numPassedTests;
  failed += report.numFailedTests + unloaded.length;
  skipped += report.numPendingTests + report.numTodoTests;
}
console.log(`${passed} passed, ${failed + bad} failed, ${skipped} skipped`);
process.exitCode = failed + bad > 0 ? 1 : 0;
