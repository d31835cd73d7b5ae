import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigError } from './problem.ts';
import type { RekeyConfig } from './schema.ts';

/** Says what the file is, so that an editor can help while it is written. Checks nothing yet. */
export function defineConfig(config: RekeyConfig): RekeyConfig {
  return config;
}

/**
 * Reads the default export of a configuration file. The path is relative to the working directory.
 * @throws ConfigError if there is no such file or it exports no configuration
 */
export async function loadConfig(path: string): Promise<RekeyConfig> {
  const file = resolve(path);
  if (!existsSync(file)) {
    throw new ConfigError([{ path: ['config'], got: path, allowed: 'the path of a configuration file' }]);
  }
  const { default: config } = (await import(pathToFileURL(file).href)) as { default?: RekeyConfig };
  if (config === undefined) {
    const allowed = `${path} with 'export default defineConfig({ ... })'`;
    throw new ConfigError([{ path: ['config'], got: undefined, allowed }]);
  }
  return config;
}
