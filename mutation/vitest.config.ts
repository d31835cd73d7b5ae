import { defineConfig } from 'vitest/config';
import { QuickFilesFirst } from './quick-files-first.ts';

/**
 * The tests that Stryker runs against each mutant: those that neither listen nor call anybody, and know what they look
 * for. All files of one run share a worker; each mutant gets a new one.
 */
export default defineConfig({
  test: {
    include: ['test/core/**/*.test.ts', 'test/exchanges/errors.test.ts'],
    exclude: ['test/core/*-properties.test.ts'],
    sequence: { sequencer: QuickFilesFirst },
    isolate: false,
    testTimeout: 60_000,
  },
});
