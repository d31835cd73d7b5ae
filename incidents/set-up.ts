import { secretName } from '../lambda/contract.ts';
import { ACCOUNT, ACCOUNT_ID, MINUTE_MS, REGION } from './setting.ts';
import type { World } from './world.ts';

/** The engineer who deploys. */
export const ENGINEER = {
  arn: `arn:aws:iam::${ACCOUNT_ID}:user/alice`,
  type: 'IAMUser',
  sourceAddress: '198.51.100.20',
} as const;

/** Notes on a secret that outlive a process: tag by name. */
export type Notes = Readonly<Record<string, string>>;

/** The deployment: an accepted manager key, an empty key secret whose rotation is turned on, and the first key. */
export async function setUp(world: World, notes: Notes = {}): Promise<void> {
  const { apiKey, secret, password } = world.exchange.manager;
  const value = { apiKey, secret, ...(password ? { password } : {}), salt: world.newSalt() };
  const manager = secretName(ACCOUNT, 'manager');
  await world.call('CreateSecret', { Name: manager }, ENGINEER);
  await world.call(
    'PutSecretValue',
    {
      SecretId: manager,
      SecretString: JSON.stringify(value),
      VersionStages: ['AWSCURRENT', 'rekey-accepted'],
    },
    ENGINEER,
  );
  const SecretId = keySecretOf(world);
  await world.call('CreateSecret', { Name: SecretId }, ENGINEER);
  await world.call(
    'RotateSecret',
    {
      SecretId,
      RotateImmediately: true,
      RotationLambdaARN: `arn:aws:lambda:${REGION}:${ACCOUNT_ID}:function:rekey-${ACCOUNT}-rotate`,
      RotationRules: { ScheduleExpression: 'rate(7 days)', Duration: '4h' },
    },
    ENGINEER,
  );
  await world.clock.advance(0);
  await world.secrets.settled();
  const Tags = Object.entries(notes).map(([Key, Value]) => ({ Key, Value }));
  if (Tags.length > 0) await world.call('TagResource', { SecretId, Tags }, ENGINEER);
  await world.until(world.clock.nowMs() + MINUTE_MS);
}

/** What has been noted on the key's secret. */
export async function notesOn(world: World): Promise<Notes> {
  const answer = await world.call('DescribeSecret', { SecretId: keySecretOf(world) }, ENGINEER);
  const { Tags = [] } = answer as { Tags?: { Key: string; Value: string }[] };
  return Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
}

export function keySecretOf({ declaration }: World): string {
  return secretName(ACCOUNT, declaration.keys[0]?.name ?? '');
}
