/** What an adopter or an own CDK app imports. */
export { AccountStack, type AccountStackProps } from './account-stack.ts';
export { addStacks, type BuildOptions, buildApp, newApp } from './app.ts';
export { type AccountPlan, type Fleet, readFleet } from './config/fleet.ts';
export { defineConfig, loadConfig } from './config/load-config.ts';
export { ConfigError } from './config/problem.ts';
export type { RekeyConfig } from './config/schema.ts';
export type { TimeSpan } from './config/time-span.ts';
export { SharedStack } from './shared-stack.ts';
