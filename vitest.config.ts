import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'strategies/**/*.test.ts', 'fence-scripts/**/*.test.ts', 'test/compat/tally.test.ts', 'test/compat/*/**/*.test.ts', 'test/{tidy,fakes,simulation,stories,conformance/controllers}/**/*.test.ts'],
    passWithNoTests: false,
    testTimeout: 20_000,
  },
});
