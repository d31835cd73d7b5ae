import { BASELINES, type BaselineName } from './baselines/baselines.ts';
import { captureOutput } from './capture.ts';
import { cliOutput } from './cli-output.ts';
import { Director } from './director.ts';
import type { RemoteCall } from './fault-kinds.ts';
import { isFaultKind } from './fault-kinds.ts';
import type { Violation } from './monitor.ts';
import { ACTS, help } from './people.ts';
import { checkRest, isAtRest } from './rest.ts';
import { idOf, type Schedule } from './schedule.ts';
import { MINUTE_MS } from './setting.ts';
import { type Tally, tallyOf } from './tally.ts';
import { WEATHERS } from './weather.ts';
import { CONTINUATIONS, WORKS, workOf } from './works.ts';
import { World } from './world.ts';

/** What became of one schedule. */
export interface Outcome {
  readonly id: string;
  readonly violations: readonly Violation[];
  readonly story: readonly string[];
  /** The remote calls from the beginning of the work to the end of its continuation. */
  readonly calls: readonly RemoteCall[];
  /** How many of them the work itself made. */
  readonly workCalls: number;
  /** Whether everything has happened that was to happen. */
  readonly happened: boolean;
  /** The remote calls that the act in between made. */
  readonly actCalls: number;
  readonly secretsLookedFor: number;
  readonly tally: Tally;
}

interface RunOptions {
  readonly seed?: number;
  /** In place of the product. */
  readonly baseline?: BaselineName | undefined;
}

const THE_PRODUCT = { rotate: undefined, keepsPrevious: false };

/** Tells one schedule from the beginning to its rest, and holds the promises against it. */
export async function runSchedule(
  schedule: Schedule,
  { seed = 1, baseline }: RunOptions = {},
): Promise<Outcome> {
  const { exchange, work, continuation, weather, happenings } = schedule;
  const { tries, every } = CONTINUATIONS[continuation];
  const { rotate, keepsPrevious } = baseline ? BASELINES[baseline] : THE_PRODUCT;
  const world = new World({
    exchange,
    seed,
    tries,
    every,
    choices: { positionInWindow: 0 },
    rotate,
    answer: workOf(work).answer,
  });
  const release = captureOutput((text) => world.monitor.output(text));
  try {
    await world.setUp();
    await WORKS[work].prepare(world);
    const before = world.monitor.current?.apiKey;
    world.story.lines.length = 0;
    WEATHERS[weather].setIn(world);
    const director = new Director(world, happenings);
    world.wire.arm(director);
    const done = await WORKS[work].work(world);
    await director.release();
    await world.settle();
    const workCalls = world.wire.calls.length;
    const isWhole = await goOn(world, schedule, done);
    const calls = [...world.wire.calls];
    const happened = director.happened(calls.length);
    world.wire.disarm();
    await bringToRest(world, { schedule, before, isWhole });
    await cliOutput(world, calls.length);
    checkSecrecy(world);
    return {
      ...{
        id: idOf(schedule),
        story: world.story.lines,
        calls,
        workCalls,
        happened,
        actCalls: director.actCalls,
      },
      violations: world.monitor.violations,
      secretsLookedFor: world.leaks.size,
      tally: tallyOf(world, keepsPrevious),
    };
  } finally {
    release();
  }
}

/**
 * Time goes by: rotations are tried again, reconcile passes run, whoever has ordered something orders it again.
 * @returns whether everything has come to rest
 */
async function goOn(world: World, { work, continuation }: Schedule, done: boolean): Promise<boolean> {
  const { again, passes } = CONTINUATIONS[continuation];
  let minutes = 0;
  for (const at of passes) {
    await world.pass((at - minutes) * MINUTE_MS);
    minutes = at;
    if (minutes === passes[0] && again && !done && workOf(work).ordered) await workOf(work).work(world);
    const idle = await passIsIdle(world);
    if (idle && isAtRest(world)) return true;
  }
  return false;
}

/** Fair weather again; where a person has put something out of order, he helps; then everything must be whole. */
async function bringToRest(
  world: World,
  { schedule, before, isWhole }: { schedule: Schedule; before: string | undefined; isWhole: boolean },
): Promise<void> {
  const { work, continuation, happenings, weather } = schedule;
  world.secrets.staleReadsFor(0);
  world.exchange.faults.clear();
  const needsHelp = happenings.some(({ what }) => !isFaultKind(what) && ACTS[what].needsHelp === true);
  if (needsHelp) await world.act('orders a rotation to have everything as declared', () => help(world));
  // In fair weather nothing changes any more once everything is at rest.
  const pauses = isWhole && weather === 'fair' && !needsHelp ? [] : TO_REST_MINUTES;
  for (const minutes of pauses) {
    await world.pass(minutes * MINUTE_MS);
    if ((await passIsIdle(world)) && isAtRest(world)) break;
  }
  const { again } = CONTINUATIONS[continuation];
  const mustRotate = (workOf(work).rotates && again) || needsHelp;
  checkRest(world, {
    hasCurrent: before !== undefined || again || needsHelp,
    ...(mustRotate ? { rotatedFrom: before } : {}),
  });
}

/** The longest that it may take to come to rest when nothing is wrong any more: a grace period and two passes. */
const TO_REST_MINUTES = [5, 11, 20, 31, 20];

/** A baseline has no reconcile: nothing happens but time. */
async function passIsIdle(world: World): Promise<boolean> {
  if (world.setting.rotate) return false;
  const ending = await world.reconcile();
  await world.settle();
  return ending.kind === 'done' && ending.value.done === 0 && ending.value.failures.length === 0;
}

function checkSecrecy({ leaks, monitor }: World): void {
  const leak = leaks.findIn(monitor.allOutput);
  if (leak !== undefined) monitor.report(6, `a secret shows in what left the processes (${leak})`);
}
