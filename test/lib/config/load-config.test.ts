import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig, readFleet } from '../../../lib/index.ts';

describe('the configuration file', () => {
  test('that comes with the repository is accepted', async () => {
    expect(readFleet(await loadConfig('rekey.config.ts')).accounts).toHaveLength(1);
  });

  test('is refused by its path if there is none', async () => {
    await expect(loadConfig('nowhere.config.ts')).rejects.toThrow(
      "config: got 'nowhere.config.ts', allowed: the path of a configuration file",
    );
  });

  test('is refused if it exports nothing', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'rekey-config-')), 'empty.config.ts');
    writeFileSync(path, 'export const config = {};\n');

    await expect(loadConfig(path)).rejects.toThrow(
      `config: got nothing, allowed: ${path} with 'export default defineConfig({ ... })'`,
    );
  });
});
