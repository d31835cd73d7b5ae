import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { AccountStack } from './account-stack.ts';
import { readFleet } from './config/fleet.ts';
import type { RekeyConfig } from './config/schema.ts';
import { SharedStack } from './shared-stack.ts';

export interface BuildOptions {
  /** Where the templates go. @default what the CDK CLI says, otherwise a temporary folder */
  readonly outdir?: string;
}

const CDK_JSON = new URL('../cdk.json', import.meta.url);

/**
 * An empty app with the feature flags of `cdk.json`, so that the same configuration gives the same templates
 * with the CDK CLI and without. Strong references between stacks: the shared stack cannot be deleted, nor its
 * key replaced, while an account still uses it.
 */
export function newApp(options: BuildOptions = {}): App {
  const { context } = JSON.parse(readFileSync(CDK_JSON, 'utf8')) as { context: Record<string, unknown> };
  return new App({ ...options, context, analyticsReporting: false });
}

/**
 * Adds the stacks of a configuration to an app: one for what is shared, one for each exchange account.
 * @throws ConfigError with one line for each wrong value: the field, what was got, what is allowed
 */
export function addStacks(app: App, config: RekeyConfig): void {
  const fleet = readFleet(config);
  const shared = new SharedStack(app, fleet);
  for (const plan of fleet.accounts) new AccountStack(app, { plan, shared, fleet });
}

/**
 * The whole app of a configuration; `synth()` writes its templates. Needs no AWS account.
 * @throws ConfigError as `addStacks` does
 */
export function buildApp(config: RekeyConfig, options: BuildOptions = {}): App {
  const app = newApp(options);
  addStacks(app, config);
  return app;
}
