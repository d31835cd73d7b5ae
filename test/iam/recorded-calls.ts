import { fileURLToPath } from 'node:url';
import {
  functionName,
  managerSecretName,
  roleName,
  secretName,
  WATCH_READS_FUNCTION,
} from '../../lambda/contract.ts';
import { MovableClock } from '../../local/clock.ts';
import { type LocalCloud, startLocalCloud } from '../../local/cloud.ts';
import type { Caller } from '../../local/secrets-manager/options.ts';
import { synthesise } from '../../local/synthesise.ts';
import { type Simulator, startSimulator } from '../../simulator/index.ts';
import { FUNCTIONS } from './actors.ts';

const CONFIG = fileURLToPath(new URL('../../examples/demo/rekey.config.ts', import.meta.url));
const ACCOUNT = 'demo';
const KEY = 'grid-bot';
const READER = 'arn:aws:iam::000000000000:role/grid-bot';
const FIVE_MINUTES_MS = 300_000;
/** Longer than a key counts as being in the hands of a rotation, with a pass of reconcile after it. */
const UNTIL_ABANDONED_MS = 4 * FIVE_MINUTES_MS;

interface Run {
  readonly simulator: Simulator;
  readonly cloud: LocalCloud;
}

/**
 * Lets the functions of the demo's app do everything that they can do, and listens to CloudTrail: manager keys
 * accepted and refused, rotations that succeed and fail, an emergency, a pending key that can never be promoted, a
 * reader that lags, a stop, somebody who turns the rotation of a stopped key on again, a resume.
 * @returns each call to Secrets Manager once, as `<function> <operation> <key or manager>`
 */
export async function recordCalls(): Promise<Set<string>> {
  const recorded = await recordOnce();
  // What the functions do last. On a machine under load a call can time out and the story break off.
  if (recorded.has('reconcile CancelRotateSecret key')) return recorded;
  return new Set([...recorded, ...(await recordOnce())]);
}

async function recordOnce(): Promise<Set<string>> {
  const simulator = await startSimulator({ exchange: 'bitget', seed: 7 });
  const environment = {
    REKEY_SIMULATOR_URL: simulator.url,
    REKEY_SIMULATOR_SUB_ACCOUNT: simulator.subAccounts[0] ?? '',
  };
  const assembly = await synthesise({ config: CONFIG, environment });
  const cloud = await startLocalCloud({
    assembly,
    clock: new MovableClock({ startAt: new Date('2027-01-04T08:10:00Z') }),
    followers: [simulator.clock],
    secretsManager: { cloudTrailDelayMs: 0 },
  });
  try {
    const recorded = listen(cloud);
    await live({ simulator, cloud });
    return recorded;
  } finally {
    await Promise.all([cloud.stop(), simulator.stop()]);
  }
}

async function live(run: Run): Promise<void> {
  await putManager(run, { ...run.simulator.manager, secret: 'a wrong one' });
  await putManager(run, run.simulator.manager);
  await operate(run, { act: 'rotate', key: KEY });
  await pass(run, FIVE_MINUTES_MS);
  await operate(run, { act: 'rotateEmergency', key: KEY });
  await pass(run, FIVE_MINUTES_MS);
  await orderFault(run, { fault: 'drop-allow-list', route: 'create-sub-api', count: 1 });
  await operate(run, { act: 'rotate', key: KEY });
  await operate(run, { act: 'status' });
  await pass(run, UNTIL_ABANDONED_MS);
  await readByVersion(run);
  await operate(run, { act: 'stop', reason: 'Asked' });
  await turnRotationOn(run);
  await pass(run, FIVE_MINUTES_MS);
  await operate(run, { act: 'resume', key: KEY });
}

/** A declared reader asks for the version by its id, and not for whichever is current. */
async function readByVersion({ cloud }: Run): Promise<void> {
  const { VersionIdsToStages = {} } = (await cloud.secretsManager.call(
    'DescribeSecret',
    { SecretId: secretName(ACCOUNT, KEY) },
    administratorOf(cloud),
  )) as { VersionIdsToStages?: Readonly<Record<string, string[]>> };
  const current = Object.entries(VersionIdsToStages).find(([, labels]) => labels.includes('AWSCURRENT'));
  const reader = { arn: READER, roleArn: READER, type: 'AssumedRole', sourceAddress: '127.0.0.1' } as const;
  const request = { SecretId: secretName(ACCOUNT, KEY), VersionId: current?.[0] };
  await cloud.secretsManager.call('GetSecretValue', request, reader);
  await cloud.secretsManager.call('GetSecretValue', { SecretId: secretName(ACCOUNT, KEY) }, reader);
  await cloud.settled();
}

/** As a deployment does. */
async function turnRotationOn({ cloud }: Run): Promise<void> {
  const request = {
    SecretId: secretName(ACCOUNT, KEY),
    ClientRequestToken: crypto.randomUUID(),
    RotateImmediately: false,
    RotationRules: { ScheduleExpression: 'rate(6 hours)' },
  };
  await cloud.secretsManager.call('RotateSecret', request, administratorOf(cloud));
  await cloud.settled();
}

function administratorOf({ accountId }: LocalCloud): Caller {
  return {
    arn: `arn:aws:iam::${accountId}:user/administrator`,
    type: 'IAMUser',
    sourceAddress: '127.0.0.1',
  };
}

/** Puts a candidate as the CLI does, then asks for its acceptance. */
async function putManager({ cloud }: Run, manager: object): Promise<void> {
  const version = {
    SecretId: managerSecretName(ACCOUNT),
    SecretString: JSON.stringify(manager),
    ClientRequestToken: crypto.randomUUID(),
    VersionStages: ['AWSPENDING'],
  };
  await cloud.secretsManager.call('PutSecretValue', version, administratorOf(cloud));
  await invokeOperate(cloud, { act: 'acceptManager', versionId: version.ClientRequestToken });
}

async function operate({ cloud }: Run, order: object): Promise<void> {
  await invokeOperate(cloud, order);
  await cloud.settled();
}

async function invokeOperate(cloud: LocalCloud, order: object): Promise<void> {
  await cloud.functions.invoke(functionName(ACCOUNT, 'operate'), { ...order, actor: 'a test' });
}

async function pass({ cloud }: Run, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= FIVE_MINUTES_MS) {
    await cloud.advance(FIVE_MINUTES_MS);
    await cloud.settled();
  }
}

async function orderFault({ simulator }: Run, fault: object): Promise<void> {
  await fetch(`${simulator.managementUrl}/faults`, { method: 'POST', body: JSON.stringify(fault) });
}

function listen(cloud: LocalCloud): Set<string> {
  const recorded = new Set<string>();
  const names = new Map<string, string>(FUNCTIONS.map((name) => [name, functionName(ACCOUNT, name)]));
  names.set('watch-reads', WATCH_READS_FUNCTION);
  cloud.events.onEvent((event) => {
    if (event['detail-type'] !== 'AWS API Call via CloudTrail') return;
    const { userIdentity, eventName, requestParameters } = event.detail as unknown as ApiCall;
    const role = userIdentity.sessionContext?.sessionIssuer.userName;
    const caller = [...names].find(([, name]) => role === roleName(name, cloud.region))?.[0];
    if (caller) recorded.add(`${caller} ${eventName} ${kindOf(requestParameters?.secretId ?? '')}`);
  });
  return recorded;
}

interface ApiCall {
  readonly userIdentity: {
    readonly sessionContext?: { readonly sessionIssuer: { readonly userName: string } };
  };
  readonly eventName: string;
  readonly requestParameters?: { readonly secretId?: string };
}

/** @throws Error for any other secret, which no function may name */
function kindOf(secretId: string): 'key' | 'manager' {
  if (secretId.includes(managerSecretName(ACCOUNT))) return 'manager';
  if (secretId.includes(secretName(ACCOUNT, KEY))) return 'key';
  throw new Error(`a function asked for ${secretId}`);
}
