import { isIPv4 } from 'node:net';
import type { AdaptedAssembly } from './adapt-assembly.ts';
import { checkGaps } from './adapt-assembly.ts';
import { deployAll, deployChange, destroyAll, joinAuditLog, type Kept } from './deployments.ts';
import type { Gap } from './gaps.ts';
import { auditedEvents, putManagerKey, rotate, untilRevoked } from './rotations.ts';
import { outputOf } from './stacks.ts';
import type { World } from './world.ts';

/** The audit events that the life of these keys must leave behind. */
const EXPECTED_EVENTS = [
  'ManagerAccepted',
  'KeyIssued',
  'KeyVerified',
  'KeyPromoted',
  'KeyRevoked',
  'EmergencyRotationStarted',
  'aws.secretsmanager RotationSucceeded',
];

/** What was seen so far. */
export interface Seen {
  deployed: boolean;
  resources: number;
  rotated: boolean;
  auditEvents: number;
  readonly gaps: Set<Gap>;
  readonly kept: Kept[];
}

/**
 * Deploys, rotates, changes and removes the app.
 * @param meanwhile what can be done while a key is in its grace period of a minute
 * @throws Error at the first thing that is not as it should be
 */
export async function tellStory(
  world: World,
  seen: Seen,
  meanwhile: (world: World) => Promise<void>,
): Promise<void> {
  const { say } = world;
  say('MiniStack runs; checking which bridges it still needs');
  await checkGaps(world.emulator);
  say('cdk bootstrap');
  await world.prepareAccount();
  const first = await world.adapt('first');
  await deploy(world, first, seen);
  const keys = await rotateTwice(world);
  const changed = await world.adapt('changed');
  say(`cdk diff, cdk deploy of a changed configuration: ${await deployChange(world, first, changed)}`);
  await joinAuditLog(world);
  const retiring = await endLives(world, keys);
  await meanwhile(world);
  await untilRevoked(world, retiring);
  say(`reconcile: ${retiring.apiKey} is revoked at the end of its grace period of a minute`);
  await readAudit(world, seen);
  seen.rotated = true;
  say('cdk destroy --all');
  seen.kept.push(...(await destroyAll(world, changed)));
}

async function deploy(world: World, assembly: AdaptedAssembly, seen: Seen): Promise<void> {
  const started = Date.now();
  const stacks = await deployAll(world, assembly);
  const count = [...stacks.values()].reduce((sum, resources) => sum + resources.length, 0);
  seen.deployed = true;
  seen.resources += count;
  for (const gap of assembly.met) seen.gaps.add(gap);
  const seconds = Math.round((Date.now() - started) / 1000);
  world.say(`cdk deploy --all: ${count} resources in ${seconds} s; cdk diff is empty`);
  await joinAuditLog(world);
}

async function rotateTwice(world: World) {
  world.say(`rekey manager put: ${await putManagerKey(world)}`);
  const first = await rotate(world);
  world.say(`rekey rotate: the exchange made ${first.apiKey}`);
  const second = await rotate(world);
  world.say(`rekey rotate: the exchange made ${second.apiKey}; ${first.apiKey} is in its grace period`);
  return { first, second };
}

async function endLives(world: World, keys: Awaited<ReturnType<typeof rotateTwice>>) {
  const third = await rotate(world, '--emergency', '--yes');
  await untilRevoked(world, keys.second);
  world.say(`rekey rotate --emergency: ${third.apiKey} replaced ${keys.second.apiKey}, which is revoked`);
  const fourth = await rotate(world);
  world.say(`rekey rotate: the exchange made ${fourth.apiKey}; ${third.apiKey} has a minute left`);
  return third;
}

async function readAudit(world: World, seen: Seen): Promise<void> {
  let events: string[] = [];
  await world
    .until(
      'every expected event in the audit log',
      async () => {
        events = await auditedEvents(world);
        return EXPECTED_EVENTS.every((name) => events.includes(name));
      },
      20_000,
    )
    .catch(() => {
      const missing = EXPECTED_EVENTS.filter((name) => !events.includes(name));
      throw new Error(`the audit log lacks ${missing.join(', ')}; it has ${[...new Set(events)].join(', ')}`);
    });
  seen.auditEvents = events.length;
  world.say(`rekey audit: ${events.length} events in the audit log`);
}

/** Deploys and removes the app with everything that costs a network: VPC, NAT gateway, flow log, trail. */
export async function deployWithNetwork(world: World, seen: Seen): Promise<void> {
  // Names are fixed, so what the first app left behind would be in the way, as it would be on AWS.
  await world.emulator.reset();
  await world.secrets.forget();
  await world.prepareAccount();
  const assembly = await world.adapt('network');
  await deploy(world, assembly, seen);
  const address = await outputOf(world.emulator, 'rekey-shared', 'EgressAddress');
  if (!isIPv4(address)) throw new Error(`the output EgressAddress is ${address}`);
  world.say(`with NAT gateway and trail: exchanges would admit ${address}`);
  seen.kept.push(...(await destroyAll(world, assembly)));
}
