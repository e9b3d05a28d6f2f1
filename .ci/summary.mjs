// Adds up vitest's JSON reports. Usage: summary.mjs FILE-WITH-TEST-FILES "TITLE=EXIT-CODE=REPORT"…
// Says what is wrong, then `N passed, N failed` as its last line; exit code 1 when N failed is not 0.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

const [listed, ...stages] = process.argv.slice(2);
const complaints = [];
const ran = new Map();
let allReported = true;
let passed = 0;
let failed = 0;

for (const stage of stages) addStage(...stage.split('='));
for (const file of readFileSync(listed, 'utf8').split('\n').filter((line) => line !== '')) {
  // Where a report is missing, its files are too: one complaint says so already.
  if (allReported && !ran.has(file)) complaints.push(`${file}: no runner took it up; is it in the "include" of vitest.config.ts or vitest.e2e.config.ts?`);
}
for (const [file, count] of ran) if (count === 0) complaints.push(`${file}: ran no test`);

for (const complaint of complaints) console.log(`ci: ${complaint}`);
failed += complaints.length;
if (passed === 0 && failed === 0) {
  console.log('ci: no test ran at all');
  failed = 1;
}
process.exitCode = failed === 0 ? 0 : 1;
console.log(`${passed} passed, ${failed} failed`);

function addStage(title, exitCode, path) {
  const report = read(path);
  if (report === undefined) {
    allReported = false;
    complaints.push(`${title}: ended with exit code ${exitCode} and without a report; see its output above`);
    return;
  }
  let failedHere = 0;
  for (const file of report.testResults) failedHere += addFile(file);
  failed += failedHere;
  // Errors outside of any test, or a runner that died after its report.
  if (exitCode !== '0' && failedHere === 0) complaints.push(`${title}: every test passed, and it ended with exit code ${exitCode}`);
}

function addFile({ name, assertionResults }) {
  const count = (status) => assertionResults.filter((result) => result.status === status).length;
  const [good, bad] = [count('passed'), count('failed')];
  const file = relative(process.cwd(), name);
  passed += good;
  ran.set(file, (ran.get(file) ?? 0) + good + bad);
  return bad;
}

function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
