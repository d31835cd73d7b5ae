import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startLocalCloud } from '../../local/cloud.ts';
import { synthesise } from '../../local/synthesise.ts';
import { startSimulator } from '../../simulator/index.ts';
import { humanScreen, jsonScreen, type Screen } from './screen.ts';
import { Stage } from './stage.ts';
import { tellStory } from './story.ts';
import { printSummary, summarise } from './summary.ts';
import { Tally } from './tally.ts';

const CONFIG = fileURLToPath(new URL('rekey.config.ts', import.meta.url));
/** The same keys, addresses and hostilities each time; the clock is the only thing that differs. */
const SEED = 7;

// The AWS SDK's advice to leave Node 20 is not part of the story.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const json = readArguments();
const startedAt = Date.now();
const screen = json ? jsonScreen(process.stdout) : humanScreen(process.stdout);
process.exitCode = await run(screen);

async function run(screen: Screen): Promise<number> {
  screen.text('Rekey on this machine: no AWS account, no exchange account. Time is moved by a clock.');
  const simulator = await startSimulator({ exchange: 'bitget', seed: SEED });
  const environment = {
    REKEY_SIMULATOR_URL: simulator.url,
    REKEY_SIMULATOR_SUB_ACCOUNT: simulator.subAccounts[0] ?? '',
  };
  Object.assign(process.env, environment);
  const assembly = await synthesise({ config: CONFIG });
  const cloud = await startLocalCloud({ assembly, followers: [simulator.clock] });
  screen.text(`synthesised and deployed into the local cloud: ${cloud.functions.list().length} functions`);
  const tally = new Tally();
  const stage = new Stage({ simulator, cloud, screen, tally, configFile: CONFIG });
  try {
    await tellStory(stage);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  } finally {
    stage.stop();
  }
  const { summary, missing } = summarise(stage, (Date.now() - startedAt) / 1000);
  if (json) process.stdout.write(`${JSON.stringify({ event: 'DemoFinished', ...summary })}\n`);
  else printSummary(summary, stage);
  for (const what of missing) process.stderr.write(`not seen: ${what}\n`);
  await Promise.all([cloud.stop(), simulator.stop()]);
  return missing.length === 0 ? 0 : 1;
}

function readArguments(): boolean {
  try {
    return parseArgs({ options: { json: { type: 'boolean', default: false } } }).values.json;
  } catch {
    process.stderr.write('usage: npm run demo [-- --json]\n');
    process.exit(2);
  }
}
