import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts', 'test/control-plane/**/*.test.ts', 'test/demo/**/*.test.ts', 'test/conformance/*.test.ts', 'test/compat/compat.test.ts'],
    passWithNoTests: false,
    // Real processes on two cores: one file at a time, and room for the kube-controller-manager's own timings.
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 900_000,
  },
});
