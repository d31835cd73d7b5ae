import { crossCheck } from './crosscheck/cross-check.ts';
import { lintTemplates } from './lint.ts';
import { deployWithNetwork, type Seen, tellStory } from './story.ts';
import { printSummary, summarise } from './summary.ts';
import { World } from './world.ts';

export interface PerformOptions {
  /** Takes every line for people. */
  readonly say: (line: string) => void;
  /** Whether the last line on standard output is the summary as one JSON object. */
  readonly json: boolean;
  /** Whether docs/end-to-end.md is written anew instead of compared. */
  readonly write: boolean;
}

/** The whole run. @returns whether all was seen that is to be seen */
export async function perform({ say, json, write }: PerformOptions): Promise<boolean> {
  const startedAt = Date.now();
  const world = new World(say);
  const seen: Seen = {
    deployed: false,
    resources: 0,
    rotated: false,
    auditEvents: 0,
    gaps: new Set(),
    kept: [],
  };
  process.once('exit', () => world.removeFiles());
  let fault: string | undefined;
  try {
    await world.start();
    await tellStory(world, seen, async () => {
      await lintTemplates(world);
      await crossCheck(world, { write });
    });
    await deployWithNetwork(world, seen);
  } catch (error) {
    fault = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${[`not seen: ${fault}`, ...world.faults()].join('\n  ')}\n`);
  }
  await world.stop();
  const summary = summarise(seen, (Date.now() - startedAt) / 1000);
  if (json) process.stdout.write(`${JSON.stringify({ event: 'EndToEndFinished', ...summary })}\n`);
  else printSummary({ seen, summary, say });
  return fault === undefined;
}
