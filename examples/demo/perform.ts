import { fileURLToPath } from 'node:url';
import { MovableClock } from '../../local/clock.ts';
import { startLocalCloud } from '../../local/cloud.ts';
import { synthesise } from '../../local/synthesise.ts';
import { startSimulator } from '../../simulator/index.ts';
import type { Screen } from './screen.ts';
import { Stage } from './stage.ts';
import { tellStory } from './story.ts';
import { type Summary, summarise } from './summary.ts';
import { Tally } from './tally.ts';

const CONFIG = fileURLToPath(new URL('rekey.config.ts', import.meta.url));
/** The same keys, addresses and hostilities each time. */
const SEED = 7;
/** The same morning each time: when a rotation is due depends on the hour. */
const OPENING = new Date('2027-01-04T08:10:00Z');

/** A demo that has been told; the stage still stands. */
export interface Performance {
  readonly stage: Stage;
  /** Folder of the synthesised app. */
  readonly assembly: string;
  readonly summary: Summary;
  /** What was to be seen and was not. */
  readonly missing: readonly string[];
  /** Takes the stage down. */
  end(): Promise<void>;
}

/**
 * Synthesises the app, starts the exchange and the local cloud, deploys, and tells the story.
 * @param watch called before the story begins
 */
export async function perform(
  screen: Screen,
  watch: (stage: Stage) => void = () => {},
): Promise<Performance> {
  const startedAt = Date.now();
  screen.text('Rekey on this machine: no AWS account, no exchange account. Time is moved by a clock.');
  const simulator = await startSimulator({ exchange: 'bitget', seed: SEED });
  // For the app, which is synthesised in a process of its own, and for the CLI: both read the configuration.
  process.env.REKEY_SIMULATOR_URL = simulator.url;
  process.env.REKEY_SIMULATOR_SUB_ACCOUNT = simulator.subAccounts[0] ?? '';
  const assembly = await synthesise({ config: CONFIG });
  const clock = new MovableClock({ startAt: OPENING });
  const cloud = await startLocalCloud({ assembly, clock, followers: [simulator.clock] });
  screen.text(`synthesised and deployed into the local cloud: ${cloud.functions.list().length} functions`);
  const stage = new Stage({ simulator, cloud, screen, tally: new Tally(), configFile: CONFIG });
  watch(stage);
  const fault = await tellStory(stage).catch((error: Error) => error.message);
  const { summary, missing } = summarise(stage, (Date.now() - startedAt) / 1000);
  const end = async () => {
    stage.stop();
    await Promise.all([cloud.stop(), simulator.stop()]);
  };
  return { stage, assembly, summary, missing: fault ? [fault, ...missing] : missing, end };
}
