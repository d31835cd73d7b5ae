import { BASELINES, type BaselineName } from './baselines/baselines.ts';
import { BadArgumentError, parseCommandLine, type Request, USAGE } from './command-line.ts';
import { Crew } from './crew.ts';
import { baselineSchedules, FAMILIES, type FamilyName } from './enumerate.ts';
import { PROMISES } from './monitor.ts';
import { runSchedule } from './run-schedule.ts';
import { idOf, parseId, type Schedule } from './schedule.ts';
import type { ExchangeName } from './setting.ts';
import { Counts, type Summary } from './summary.ts';
import type { Order, Report } from './worker.ts';
import { WORKS } from './works.ts';

/** The SDK's advice to leave Node 20 is no part of the output. */
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const EXCHANGES: readonly ExchangeName[] = ['bitget', 'binance'];
/** Schedules that a worker is handed at once. */
const BATCH = 40;
/** Stories of failed schedules that are printed; the ids of all others follow. */
const MOST_STORIES = 3;

type Campaign = Extract<Request, { kind: 'all' }>;

try {
  const request = parseCommandLine(process.argv.slice(2));
  if (request.kind === 'help') process.stdout.write(USAGE);
  else if (request.kind === 'replay') await replay(request.schedule, request.seed);
  else await runAll(request);
} catch (error) {
  if (!(error instanceof BadArgumentError)) throw error;
  process.stderr.write(`faults: ${error.message}\n`);
  process.exitCode = 2;
}

async function replay(schedule: Schedule, seed: number): Promise<void> {
  const { story, violations } = await runSchedule(schedule, { seed });
  process.stdout.write(`${idOf(schedule)}\n\n${story.join('\n')}\n\n`);
  process.stdout.write(
    violations.length === 0 ? 'every promise is kept\n' : 'BROKEN, see the lines with ✗\n',
  );
  process.exitCode = violations.length === 0 ? 0 : 1;
}

async function runAll(campaign: Campaign): Promise<void> {
  const startedAt = performance.now();
  const crew = new Crew<Order, Report>({
    worker: new URL('worker.ts', import.meta.url),
    node: ['--max-semi-space-size=32'], // much is short-lived: less is collected in vain
  });
  const counts = new Counts();
  try {
    await runAhead(
      chaptersOf(campaign),
      async (chapter) => await runChapter(chapter, campaign, { crew, counts }),
    );
  } finally {
    crew.stop();
  }
  await tellFailures(counts, campaign.seed);
  const summary = counts.summarise((performance.now() - startedAt) / 1000);
  process.stdout.write(campaign.json ? `${JSON.stringify(summary)}\n` : table(summary));
  process.exitCode = summary.violations === 0 ? 0 : 1;
}

/** Schedules that are run and told together. */
interface Chapter {
  readonly exchange: ExchangeName;
  readonly title: string;
  readonly family?: FamilyName;
  readonly baseline?: BaselineName;
  list(): Promise<readonly Schedule[]>;
}

function chaptersOf({ families, thorough }: Campaign): Chapter[] {
  const baselines = Object.keys(BASELINES) as BaselineName[];
  return [
    ...families.flatMap((family) =>
      EXCHANGES.map((exchange): Chapter => {
        const { tells, list } = FAMILIES[family];
        const share = async () =>
          (await list(exchange)).filter(thorough ? () => true : takesTurn(exchange, family));
        return { exchange, family, title: tells, list: share };
      }),
    ),
    ...baselines.flatMap((baseline) =>
      EXCHANGES.map((exchange): Chapter => {
        const list = () => baselineSchedules(exchange, baseline);
        return { exchange, baseline, title: `baseline ${baseline}`, list };
      }),
    ),
  ];
}

/**
 * Every other schedule, so that the exchanges share what is the same at both but for the adapter. Single faults run at
 * both as long as it goes on in the most usual way.
 */
function takesTurn(
  exchange: ExchangeName,
  family: FamilyName,
): (schedule: Schedule, index: number) => boolean {
  return ({ work, continuation }, index) =>
    (family === 'single' && continuation === WORKS[work].continuations[0]) ||
    index % EXCHANGES.length === EXCHANGES.indexOf(exchange);
}

/** Finds the schedules of the next chapter while those of this one run. */
async function runAhead(
  chapters: readonly Chapter[],
  run: (chapter: Chapter & { schedules: readonly Schedule[] }) => Promise<void>,
): Promise<void> {
  let next = chapters[0]?.list();
  for (const [index, chapter] of chapters.entries()) {
    const schedules = (await next) ?? [];
    const running = run({ ...chapter, schedules });
    next = chapters[index + 1]?.list();
    await running;
  }
}

interface Work {
  readonly crew: Crew<Order, Report>;
  readonly counts: Counts;
}

async function runChapter(
  { exchange, title, family, baseline, schedules }: Chapter & { schedules: readonly Schedule[] },
  { seed, json }: Campaign,
  { crew, counts }: Work,
): Promise<void> {
  const ids = schedules.map(idOf);
  let done = 0;
  await crew.carryOut(batchesOf({ ids, seed, baseline }), (report) => {
    if (family) counts.add(family, report);
    if (baseline) counts.addBaseline(baseline, report);
    done += report.length;
    progress(`${exchange}, ${title}: ${done} of ${ids.length}, ${counts.failed.length} broken`);
  });
  endProgress(`${String(ids.length).padStart(7)}  ${exchange.padEnd(8)} ${title}`, json);
}

function batchesOf({ ids, ...how }: Order): Order[] {
  const batches: Order[] = [];
  for (let from = 0; from < ids.length; from += BATCH)
    batches.push({ ...how, ids: ids.slice(from, from + BATCH) });
  return batches;
}

async function tellFailures({ failed }: Counts, seed: number): Promise<void> {
  for (const [index, { id, violations }] of failed.entries()) {
    const what = violations.map(({ promise, what }) => `promise ${promise} (${PROMISES[promise]}): ${what}`);
    process.stderr.write(`\nBROKEN ${id}\n  ${what.join('\n  ')}\n`);
    process.stderr.write(`  npm run faults -- --schedule ${id} --seed ${seed}\n`);
    if (index >= MOST_STORIES) continue;
    const { story } = await runSchedule(parseId(id), { seed });
    process.stderr.write(`${story.map((line) => `    ${line}`).join('\n')}\n`);
  }
}

/** A line that the next one overwrites, for people. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${text}`);
}

/** A line that stays; beside the JSON and not in it. */
function endProgress(text: string, json: boolean): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K');
  (json ? process.stderr : process.stdout).write(`${text}\n`);
}

function table({
  schedules,
  violations,
  byPromise,
  rekey,
  baselines,
  secretsLookedFor,
  seconds,
}: Summary): string {
  const systems = { rekey, ...baselines };
  const rows = Object.entries(systems).map(([name, row]) =>
    [
      name,
      row.schedules,
      row.liveOrphans,
      row.momentsWithoutKey,
      row.revokedInUse,
      row.revocationsForgotten,
    ].map(String),
  );
  const head = ['', 'schedules', 'live orphans', 'moments without a key', 'revoked in use', 'forgotten'];
  const widths = head.map((_title, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  const lines = [head, ...rows].map((row) =>
    row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '),
  );
  const promises = Object.entries(PROMISES).map(
    ([number, name]) =>
      `  ${number === '0' ? 'and it ' : `${number}. `}${name}: broken in ${byPromise[number]}`,
  );
  return [
    '',
    `${schedules} distinct schedules in ${seconds} s, ${violations} of them break a promise`,
    ...promises,
    `${secretsLookedFor} secrets were looked for in all that left the processes`,
    '',
    ...lines,
    '',
  ].join('\n');
}
