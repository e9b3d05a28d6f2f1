#!/usr/bin/env node
// An older Node cannot run TypeScript: say so by name instead of failing on the first type.
const wanted = 26;
const major = Number(process.versions.node.split('.')[0]);
if (major < wanted) {
  process.stderr.write(`evenkeel needs Node ${wanted} or newer, this is ${process.versions.node}: run it with \`npx evenkeel\` inside the project, which brings its own Node\n`);
  process.exit(2);
}
await import('../src/main.ts');
