import { addStacks, ConfigError, loadConfig, newApp } from '../lib/index.ts';

/** The CDK app: configuration in, stacks out. `cdk synth -c config=<path>` takes another configuration. */
const app = newApp();
const path: string = app.node.tryGetContext('config') ?? 'rekey.config.ts';

try {
  addStacks(app, await loadConfig(path));
  app.synth();
} catch (error) {
  // The adopter's mistake, not ours: a stack trace would only hide the sentence.
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${path} is refused\n${error.message}\n`);
  process.exitCode = 1;
}
