import { parseKey, powerFault } from './monitor.ts';
import { SECRET } from './setting.ts';
import { isAccepted } from './witness.ts';
import type { World } from './world.ts';

/** What a schedule ends in. */
export interface Expectation {
  /** A rotation must have come to its end: the current key is another one than this. Absent: none was wanted. */
  readonly rotatedFrom?: string | undefined;
  /** Whether there must be a working current key. */
  readonly hasCurrent: boolean;
}

/** Whether nothing is left to be done: no debt, no mark, no rotation that waits, no key too many. */
export function isAtRest(world: World): boolean {
  const { secrets, monitor } = world;
  const { labels } = secrets.inspect(SECRET);
  const waits = labels.has('AWSPENDING') && labels.get('AWSPENDING') !== labels.get('AWSCURRENT');
  const living = livingKeys(world);
  const marks = [...labels.keys()].filter((label) => label.startsWith('rekey-'));
  const { current, isStopped } = monitor;
  if (isStopped) return !waits && living.length === 0 && marks.length === 1;
  if (monitor.stopConfirmed) return false;
  const marked = marks.length > 0;
  const works = current === undefined || monitor.works(current);
  return !waits && !marked && works && living.every((apiKey) => apiKey === current?.apiKey);
}

/** Holds the promises that hold when everything has come to rest against the state of the world. */
export function checkRest(world: World, { rotatedFrom, hasCurrent }: Expectation): void {
  const { monitor } = world;
  const { current } = monitor;
  if (monitor.stopConfirmed && !monitor.isStopped)
    monitor.report(0, 'the key was stopped and is not any more');
  if (monitor.isStopped) {
    checkStopped(world);
    return;
  }
  if (hasCurrent && !(current && isAccepted(world, current)))
    monitor.report(1, 'at rest no working key is AWSCURRENT');
  if (rotatedFrom !== undefined && current?.apiKey === rotatedFrom)
    monitor.report(0, 'the rotation never came to an end');
  checkPower(world);
  checkLost(world);
  checkDebt(world);
  checkTold(world);
}

/** Ours, and on the declared sub-account. */
function livingKeys({ monitor, key }: World): string[] {
  return monitor.records
    .filter(
      ({ deletedAt, subAccount, apiKey }) =>
        deletedAt === null && subAccount === key.subAccount && !monitor.foreign.has(apiKey),
    )
    .map(({ apiKey }) => apiKey);
}

/** No key of ours lives, every death was told, and nothing will make a new one. */
function checkStopped(world: World): void {
  for (const apiKey of livingKeys(world))
    world.monitor.report(3, `at rest key ${apiKey.slice(0, 8)} lives though it was stopped`);
  const { labels, rotationEnabled } = world.secrets.inspect(SECRET);
  if (rotationEnabled) world.monitor.report(0, 'at rest the stopped key can be rotated');
  const left = [...labels.keys()].filter((label) => /^rekey-(retire|leaked|restart)-/.test(label));
  for (const label of left) world.monitor.report(4, `at rest the mark ${label} is left`);
  checkTold(world);
}

function checkPower(world: World): void {
  const { monitor } = world;
  const { current } = monitor;
  const record = monitor.records.find(({ apiKey }) => apiKey === current?.apiKey);
  const fault = record && !monitor.foreign.has(record.apiKey) ? powerFault(record, world) : undefined;
  if (fault) monitor.report(5, `at rest the current key is not as declared: ${fault}`);
}

/** Every living key is the current one, one that is on its way out, or a person's. */
function checkLost(world: World): void {
  const { monitor, key } = world;
  const retiring = retiringKeys(world);
  for (const { apiKey, subAccount, deletedAt } of monitor.records) {
    if (deletedAt !== null || subAccount !== key.subAccount || monitor.foreign.has(apiKey)) continue;
    if ([monitor.current?.apiKey, pendingKey(world)].includes(apiKey) || retiring.has(apiKey)) continue;
    const what = monitor.hasReigned(apiKey) ? 'was replaced and is forgotten' : 'is known to nobody';
    monitor.report(monitor.hasReigned(apiKey) ? 4 : 3, `at rest key ${apiKey.slice(0, 8)} lives and ${what}`);
  }
}

/** The key that waits for its rotation to be tried again. */
function pendingKey({ secrets }: World): string | undefined {
  const { labels, textOf } = secrets.inspect(SECRET);
  return parseKey(textOf(labels.get('AWSPENDING') ?? ''))?.apiKey;
}

/** Keys with a due time, and that time. */
function retiringKeys({ secrets }: World): Map<string, number> {
  const { labels, textOf } = secrets.inspect(SECRET);
  const retiring = new Map<string, number>();
  for (const [label, version] of labels) {
    const due = dueTime(label);
    const key = parseKey(textOf(version));
    if (due !== undefined && key) retiring.set(key.apiKey, due);
  }
  return retiring;
}

function dueTime(label: string): number | undefined {
  const [, y, mo, d, h, mi, s] = /^rekey-retire-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(label) ?? [];
  return y === undefined ? undefined : Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
}

/** Nothing is past its time, and no mark is left of what is settled. */
function checkDebt(world: World): void {
  const { monitor, secrets, clock } = world;
  const { labels, textOf } = secrets.inspect(SECRET);
  for (const [label, version] of labels) {
    const due = dueTime(label);
    // That of the current key was noted by a rotation that was cut off before it promoted.
    const isCurrent = version === labels.get('AWSCURRENT');
    const isForeign = monitor.foreign.has(parseKey(textOf(version))?.apiKey ?? '');
    if (due !== undefined && due < clock.nowMs() && !isForeign && !isCurrent)
      monitor.report(4, `at rest the debt ${label} is not settled`);
    if (/^rekey-(leaked|restart)-/.test(label) && !isForeign)
      monitor.report(4, `at rest the mark ${label} is left`);
  }
}

/** Every key that Rekey has killed is told to be dead, or was told to be an orphan. */
function checkTold({ monitor, audit }: World): void {
  const ends = ['KeyRevoked', 'OrphanRevoked', 'OrphanFound'];
  const told = audit.filter(({ event }) => ends.includes(event)).map(({ keyId }) => keyId?.slice(-4));
  for (const { apiKey, deletedAt, subAccount } of monitor.records) {
    const isOurs = deletedAt !== null && subAccount !== null && !monitor.deletedByHand.has(apiKey);
    if (isOurs && !told.includes(apiKey.slice(-4)))
      monitor.report(4, `key ${apiKey.slice(0, 8)} was revoked, and nobody was told`);
  }
}
