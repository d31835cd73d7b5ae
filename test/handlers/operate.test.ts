import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { operateResponse } from '../../lambda/operate-protocol.ts';
import { operatePermissions } from '../../lib/account-permissions.ts';
import { parsePolicy } from '../../local/iam/policy-document.ts';
import { evaluatePolicies } from '../../local/iam/policy-evaluation.ts';
import { Deployment, MANAGER } from '../support/deployment.ts';
import { ACCOUNT_ID, KEYS, REGION } from '../support/local-aws.ts';
import { captureOutput } from '../support/output.ts';

let deployment: Deployment;

beforeEach(async () => {
  deployment = await Deployment.start();
  captureOutput();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await deployment.stop();
});

/** From now on the operate function may do what its role allows, and no more. */
function limitToRole(): void {
  const secrets = `arn:aws:secretsmanager:${REGION}:${ACCOUNT_ID}:secret:rekey/main/`;
  const statements = operatePermissions({
    allSecretsArn: `${secrets}*`,
    managerSecretArn: `${secrets}manager-*`,
    encryptionKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/1',
    rotateArn: `arn:aws:lambda:${REGION}:${ACCOUNT_ID}:function:rekey-main-rotate`,
  }).map((statement) => statement.toStatementJson());
  const policy = parsePolicy({ Version: '2012-10-17', Statement: statements });
  deployment.aws.allows = ({ caller, action, secretArn }) => {
    if (caller.accessKeyId !== KEYS.operate) return true;
    const principal = { kind: 'identity', arn: caller.arn, identityArn: caller.roleArn ?? '' } as const;
    const request = { principal, action, resource: secretArn, context: {} };
    return evaluatePolicies([policy], request) === 'allow';
  };
}

describe('a manager key', () => {
  test('that passes its checks is accepted, told and in use', async () => {
    expect(await deployment.acceptManager()).toMatchObject({ outcome: 'accepted' });
    const { apiKey, salt } = await deployment.aws.value(MANAGER);
    expect(apiKey).toBe(deployment.exchange.simulator.manager.apiKey);
    expect(salt).toMatch(/^[0-9a-f]{64}$/);
    expect(deployment.aws.audit).toMatchObject([
      { event: 'ManagerAccepted', key: 'manager', who: 'arn:aws:iam::111122223333:user/alice' },
    ]);
  });

  test.each([
    ['may withdraw', { permissions: ['uta_mgt', 'uta_trade', 'withdraw'] }, 'ManagerMayWithdraw'],
    ['may only read', { mayWrite: false }, 'ManagerCannotManageKeys'],
    ['works from any address', { ips: [] }, 'ManagerHasNoAllowList'],
    ['cannot be used from here', { ips: ['203.0.113.9'] }, 'AddressNotAllowed'],
  ])('that %s is refused, told and discarded; the one before stays', async (_what, changes, reason) => {
    await deployment.acceptManager();
    const before = await deployment.aws.value(MANAGER);
    const fields = { permissions: ['uta_mgt', 'uta_trade'], ips: ['127.0.0.1'], ...changes };
    const key = await deployment.exchange.makeKey(fields);
    const versionId = await deployment.aws.put(MANAGER, JSON.stringify(key), ['AWSPENDING']);
    const answer = await deployment.operate({ act: 'acceptManager', versionId });
    expect(answer).toMatchObject({ outcome: 'refused', reason });
    expect(deployment.aws.told.at(-1)).toBe(`ManagerRefused ${reason}`);
    expect(await deployment.aws.value(MANAGER)).toEqual(before);
    expect(await deployment.aws.holder(MANAGER, 'AWSPENDING')).toBeUndefined();
  });

  test('may be accepted by the role of the function and with nothing else', async () => {
    limitToRole();
    expect(await deployment.acceptManager()).toMatchObject({ outcome: 'accepted' });
    expect(await deployment.acceptManager()).toMatchObject({ outcome: 'accepted' });
  });

  test('of a version that does not exist is refused', async () => {
    const versionId = '11111111-1111-4111-8111-111111111111';
    const answer = await deployment.operate({ act: 'acceptManager', versionId });
    expect(answer).toMatchObject({ outcome: 'refused', reason: 'NoSuchVersion' });
  });

  test('that is no key is refused, and nothing of it is told', async () => {
    const versionId = await deployment.aws.put(MANAGER, 'canary-secret', ['AWSPENDING']);
    const answer = await deployment.operate({ act: 'acceptManager', versionId });
    expect(answer).toMatchObject({ outcome: 'refused', reason: 'SecretValueMalformed' });
    expect(JSON.stringify([answer, deployment.aws.audit])).not.toContain('canary');
  });

  test('that cannot sign is refused, told and discarded', async () => {
    await deployment.stop();
    deployment = await Deployment.start([{}], 'binance');
    const pem = '-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----\n';
    const key = JSON.stringify({ apiKey: 'a-manager-key', secret: pem });
    const versionId = await deployment.aws.put(MANAGER, key, ['AWSPENDING']);
    const answer = await deployment.operate({ act: 'acceptManager', versionId });
    expect(answer).toMatchObject({ outcome: 'refused', reason: 'SecretValueMalformed' });
    expect(deployment.aws.told).toEqual(['ManagerRefused SecretValueMalformed']);
    expect(await deployment.aws.holder(MANAGER, 'AWSPENDING')).toBeUndefined();
    expect(JSON.stringify([answer, deployment.aws.audit])).not.toContain('canary');
  });

  test('is not thrown away because the exchange is down', async () => {
    await deployment.exchange.fault({ fault: 'unavailable' });
    await deployment.acceptManager().catch(() => undefined);
    expect(await deployment.aws.holder(MANAGER, 'AWSPENDING')).toBeDefined();
  });
});

describe('the status', () => {
  async function status() {
    const answer = await deployment.operate({ act: 'status' });
    expect(operateResponse.safeParse(answer).error).toBeUndefined();
    if (answer.outcome !== 'status') throw new Error(JSON.stringify(answer));
    return answer.status;
  }

  test('tells that there is no manager key, or that one waits', async () => {
    expect(await status()).toMatchObject({ manager: 'Missing', keys: [] });
    const { manager } = deployment.exchange.simulator;
    await deployment.aws.put(MANAGER, JSON.stringify(manager), ['AWSPENDING']);
    expect(await status()).toMatchObject({ manager: 'Pending', keys: [] });
    await deployment.acceptManager();
    await deployment.aws.put(MANAGER, JSON.stringify({ ...manager, salt: 'x' }));
    await deployment.aws.put(MANAGER, JSON.stringify({ ...manager, salt: 'y' }));
    expect(await status()).toMatchObject({ manager: 'Accepted' });
  });

  test('tells of a key in use and of one that retires', async () => {
    await deployment.firstRotation();
    await deployment.aws.runRotation(deployment.arn);
    const { keys, manager, foreignKeys } = await status();
    expect({ manager, foreignKeys }).toEqual({ manager: 'Accepted', foreignKeys: [] });
    expect(keys).toMatchObject([{ key: 'grid-bot', state: 'Current', findings: [] }]);
    expect(keys[0]?.retiring).toMatchObject([{ overdue: false }]);
  });

  test('may be asked with the role of the function while a key is in use', async () => {
    await deployment.firstRotation();
    limitToRole();
    expect((await status()).keys).toMatchObject([{ state: 'Current' }]);
  });

  test('may be asked with the role of the function while a key is rotating', async () => {
    await deployment.firstRotation();
    await deployment.exchange.fault({ fault: 'unavailable', route: 'create-sub-api' });
    await deployment.aws.runRotation(deployment.arn);
    limitToRole();
    expect((await status()).keys).toMatchObject([{ state: 'Rotating' }]);
  });
});

describe('an order for a rotation', () => {
  test('starts one, with the role of the function', async () => {
    await deployment.firstRotation();
    limitToRole();
    const answer = await deployment.operate({ act: 'rotate', key: 'grid-bot' });
    await deployment.aws.secretsManager.settled();
    expect(answer).toMatchObject({ outcome: 'started' });
    const current = await deployment.aws.holder(deployment.arn, 'AWSCURRENT');
    expect(answer).toMatchObject({ versionId: current });
  });

  test.each([
    ['a key that is not declared', { act: 'rotate', key: 'nothing' }, 'KeyNotDeclared'],
    [
      'an emergency of a key that is not declared',
      { act: 'rotateEmergency', key: 'nothing' },
      'KeyNotDeclared',
    ],
    ['an emergency before there is a key', { act: 'rotateEmergency', key: 'grid-bot' }, 'NothingInDoubt'],
  ])('for %s is refused', async (_what, request, reason) => {
    expect(await deployment.operate(request)).toMatchObject({ outcome: 'refused', reason });
  });

  test('that nobody could foresee fails with its name only', async () => {
    await expect(deployment.operate({ act: 'destroy', key: 'canary' })).rejects.toThrow(/^ZodError$/);
  });

  test('without somebody who gives it fails', async () => {
    const order = { act: 'rotate', key: 'grid-bot', actor: '' };
    await expect(deployment.operate(order)).rejects.toThrow(/^ZodError$/);
  });
});

describe('an emergency', () => {
  test('replaces the key; reconcile revokes it at once', async () => {
    await deployment.firstRotation();
    const leaked = (await deployment.currentKey())?.apiKey ?? '';
    limitToRole();
    const answer = await deployment.operate({ act: 'rotateEmergency', key: 'grid-bot' });
    expect(answer).toMatchObject({ outcome: 'started' });
    await deployment.aws.secretsManager.settled();
    expect(deployment.aws.audit.filter(({ emergency }) => emergency)).toHaveLength(1);
    await deployment.call('reconcile');
    expect(await deployment.exchange.key(leaked)).toBeUndefined();
    expect(await deployment.exchange.keysOf(deployment.subAccount)).toHaveLength(1);
    expect(deployment.aws.told.at(-1)).toBe('KeyRevoked EmergencyRotation');
  });

  const read = (at: Date, answer = 'rotate') => ({
    'detail-type': 'UndeclaredRead',
    detail: { key: 'grid-bot', at: at.toISOString(), who: 'arn:aws:iam::1:user/mallory', answer },
  });

  test('is set off by an undeclared read that is to be answered', async () => {
    await deployment.firstRotation();
    const before = await deployment.aws.holder(deployment.arn, 'AWSCURRENT');
    expect(await deployment.call('operate', read(new Date(Date.now() + 1_000)))).toBeUndefined();
    await deployment.aws.secretsManager.settled();
    expect(await deployment.aws.holder(deployment.arn, 'AWSCURRENT')).not.toBe(before);
    const started = deployment.aws.audit.find(({ event }) => event === 'EmergencyRotationStarted');
    expect(started).toMatchObject({ who: 'arn:aws:iam::1:user/mallory', key: 'grid-bot' });
  });

  test('is not set off by the read of a key that has been replaced since', async () => {
    await deployment.firstRotation();
    const before = await deployment.aws.holder(deployment.arn, 'AWSCURRENT');
    await deployment.call('operate', read(new Date(Date.now() - 3_600_000)));
    await deployment.aws.secretsManager.settled();
    expect(await deployment.aws.holder(deployment.arn, 'AWSCURRENT')).toBe(before);
    expect(deployment.aws.told).not.toContain('EmergencyRotationStarted KeyInDoubt');
  });

  test('is not set off by a read that is only to be told', async () => {
    await expect(deployment.call('operate', read(new Date(), 'tell'))).rejects.toThrow(/^ZodError$/);
  });

  test('that cannot be started fails, so that the bus delivers again', async () => {
    await deployment.firstRotation();
    deployment.aws.allows = ({ action }) => !action.endsWith('RotateSecret');
    const delivered = deployment.call('operate', read(new Date(Date.now() + 1_000)));
    await expect(delivered).rejects.toThrow(/^AccessDeniedException$/);
  });
});

describe('an order to stop', () => {
  test('kills every key at once, with the role of the function; a pass proves it', async () => {
    await deployment.firstRotation();
    await deployment.aws.runRotation(deployment.arn);
    expect(await deployment.exchange.keysOf(deployment.subAccount)).toHaveLength(2);
    limitToRole();
    const answer = await deployment.operate({ act: 'stop', reason: 'Asked' });
    expect(operateResponse.parse(answer)).toEqual({
      outcome: 'stopped',
      keys: [{ key: 'grid-bot', revoked: 2, left: 0, foreign: [] }],
      notBegun: [],
      frozen: [deployment.subAccount],
    });
    expect(await deployment.exchange.keysOf(deployment.subAccount)).toEqual([]);
    await deployment.call('reconcile');
    expect(deployment.aws.told.slice(-2)).toEqual(['KeyRevoked AlreadyGone', 'KeyRevoked AlreadyGone']);
  });

  test('shows in the status, and is undone by an order to resume', async () => {
    await deployment.firstRotation();
    limitToRole();
    await deployment.operate({ act: 'stop', keys: ['grid-bot'], reason: 'Asked' });
    await deployment.call('reconcile');
    const status = await deployment.operate({ act: 'status' });
    expect(status).toMatchObject({ status: { keys: [{ state: 'Stopped', retiring: [] }] } });
    const answer = await deployment.operate({ act: 'resume', key: 'grid-bot' });
    expect(answer).toMatchObject({ outcome: 'started' });
    await deployment.aws.secretsManager.settled();
    expect(await deployment.exchange.keysOf(deployment.subAccount)).toHaveLength(1);
    expect(await deployment.currentKey()).toBeDefined();
  });

  test('for a drill stops the keys that are declared for drills, and no other', async () => {
    await deployment.firstRotation();
    const refused = await deployment.operate({ act: 'stop', keys: ['grid-bot'], reason: 'Drill' });
    expect(refused).toMatchObject({ outcome: 'refused', reason: 'NotForDrill' });
    const none = await deployment.operate({ act: 'stop', reason: 'Drill' });
    expect(none).toMatchObject({ outcome: 'stopped', keys: [] });
    expect(await deployment.exchange.keysOf(deployment.subAccount)).toHaveLength(1);
    deployment.declare([{ drill: true }]);
    await deployment.operate({ act: 'stop', reason: 'Drill' });
    expect(deployment.aws.told).toContain('StopOrdered Drill');
    expect(await deployment.exchange.keysOf(deployment.subAccount)).toEqual([]);
  });

  test('is given by an undeclared read where that is declared, with the role of the function', async () => {
    await deployment.firstRotation();
    limitToRole();
    const at = new Date(Date.now() + 1_000).toISOString();
    const detail = { key: 'grid-bot', at, who: 'arn:aws:iam::1:user/mallory', answer: 'stop' };
    await deployment.call('operate', { 'detail-type': 'UndeclaredRead', detail });
    expect(await deployment.exchange.keysOf(deployment.subAccount)).toEqual([]);
    const ordered = deployment.aws.audit.find(({ event }) => event === 'StopOrdered');
    expect(ordered).toMatchObject({ who: 'arn:aws:iam::1:user/mallory' });
  });

  test('for a key that is not declared stops nothing', async () => {
    await deployment.firstRotation();
    const keys = ['grid-bot', 'nothing'];
    const answer = await deployment.operate({ act: 'stop', keys, reason: 'Asked' });
    expect(answer).toMatchObject({ outcome: 'refused', reason: 'KeyNotDeclared' });
    expect(await deployment.exchange.keysOf(deployment.subAccount)).toHaveLength(1);
  });
});

test('the status says what is not watched', async () => {
  deployment.declare([{}]);
  await deployment.acceptManager();
  const answer = await deployment.operate({ act: 'status' });
  expect(answer).toMatchObject({
    status: {
      unseen: expect.arrayContaining([
        'when a key was used last (the exchange does not tell)',
        'orders of grid-bot (no symbols are declared)',
      ]),
    },
  });
});
