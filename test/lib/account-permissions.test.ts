import { describe, expect, test } from 'vitest';
import { FULL_CONFIG } from './fixture.ts';
import {
  conditionOf,
  only,
  plain,
  resourcesOf,
  type Statement,
  statementsOf,
  templatesOf,
} from './templates.ts';

const { main, shared } = templatesOf(FULL_CONFIG);
const SECRETS = 'arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:rekey/main/*';
const ALL_SECRETS = SECRETS.replace('main', '*');
const ROTATE = 'arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:rekey-main-rotate';
const INTERFACES = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
].map((action) => `${action} on *`);

function permissionsOf(name: string): Statement[] {
  const policies = resourcesOf(name === 'watch-reads' ? shared : main, 'AWS::IAM::Policy');
  const part = name === 'watch-reads' ? 'ReadWatchFunctionRole' : `Functions${name}Role`;
  return statementsOf(only(policies, ({ Properties }) => String(Properties.PolicyName).startsWith(part)));
}

/** What a role may do, or is denied, one line for each action and resource. */
function linesOf(name: string, effect: Statement['Effect']): string[] {
  return permissionsOf(name)
    .filter(({ Effect }) => Effect === effect)
    .flatMap(({ Action, Resource }) =>
      [Action]
        .flat()
        .flatMap((action) => [Resource].flat().map((resource) => `${action} on ${plain(resource)}`)),
    )
    .sort();
}

/** Every function writes its log and its audit events; those in the network have Lambda attach them to it. */
function common(name: string): string[] {
  return [
    `events:PutEvents on <${name === 'ReadWatchFunction' ? 'AuditBus.Arn' : 'AuditBusArn'}>`,
    ...['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => `${action} on <${name}Log.Arn>`),
  ];
}

function withoutHashes(lines: string[]): string[] {
  return lines.map((line) => line.replace(/[0-9A-F]{8}(?=[.>])/, ''));
}

describe('the role of', () => {
  test('rotate writes and promotes versions of its account and reads the manager key', () => {
    expect(withoutHashes(linesOf('rotate', 'Allow'))).toEqual(
      [
        ...common('Functionsrotate'),
        ...INTERFACES,
        `secretsmanager:DescribeSecret on ${SECRETS}`,
        `secretsmanager:GetSecretValue on ${SECRETS}`,
        `secretsmanager:PutSecretValue on ${SECRETS}`,
        `secretsmanager:UpdateSecretVersionStage on ${SECRETS}`,
        'kms:Decrypt on <EncryptionKeyArn>',
        'kms:GenerateDataKey on <EncryptionKeyArn>',
      ].sort(),
    );
  });

  test('reconcile moves labels, starts and turns off rotations, notes, and cannot write a value', () => {
    expect(withoutHashes(linesOf('reconcile', 'Allow'))).toEqual(
      [
        ...common('Functionsreconcile'),
        ...INTERFACES,
        'sqs:SendMessage on <DeadLetterQueue.Arn>',
        `secretsmanager:CancelRotateSecret on ${SECRETS}`,
        `secretsmanager:DescribeSecret on ${SECRETS}`,
        `secretsmanager:GetSecretValue on ${SECRETS}`,
        `secretsmanager:TagResource on ${SECRETS}`,
        `secretsmanager:ListSecretVersionIds on ${SECRETS}`,
        `secretsmanager:RotateSecret on ${SECRETS}`,
        `secretsmanager:UpdateSecretVersionStage on ${SECRETS}`,
        `lambda:InvokeFunction on ${ROTATE}`,
        'kms:Decrypt on <EncryptionKeyArn>',
      ].sort(),
    );
  });

  test('operate looks as reconcile does, and writes no value but that of the manager secret', () => {
    expect(withoutHashes(linesOf('operate', 'Allow'))).toEqual(
      [
        ...common('Functionsoperate'),
        ...INTERFACES,
        'sqs:SendMessage on <DeadLetterQueue.Arn>',
        `secretsmanager:CancelRotateSecret on ${SECRETS}`,
        `secretsmanager:DescribeSecret on ${SECRETS}`,
        `secretsmanager:ListSecretVersionIds on ${SECRETS}`,
        `secretsmanager:RotateSecret on ${SECRETS}`,
        `secretsmanager:UpdateSecretVersionStage on ${SECRETS}`,
        `secretsmanager:GetSecretValue on ${SECRETS}`,
        'secretsmanager:PutSecretValue on <ManagerSecret>',
        `lambda:InvokeFunction on ${ROTATE}`,
        'kms:Decrypt on <EncryptionKeyArn>',
        'kms:GenerateDataKey on <EncryptionKeyArn>',
      ].sort(),
    );
  });

  test('watch-reads sees names and labels of keys, notes, sees no value and runs in no network', () => {
    expect(withoutHashes(linesOf('watch-reads', 'Allow'))).toEqual(
      [
        ...common('ReadWatchFunction'),
        'sqs:SendMessage on <DeadLetterQueue.Arn>',
        `secretsmanager:DescribeSecret on ${ALL_SECRETS}`,
        `secretsmanager:TagResource on ${ALL_SECRETS}`,
      ].sort(),
    );
    expect(linesOf('watch-reads', 'Deny')).toEqual([
      `secretsmanager:DescribeSecret on ${ALL_SECRETS.replace(/\*$/, 'manager-??????')}`,
      `secretsmanager:TagResource on ${ALL_SECRETS.replace(/\*$/, 'manager-??????')}`,
    ]);
  });

  test.each([
    ['reconcile', ['rekey:power', 'rekey:orders']],
    ['watch-reads', ['rekey:reader:*']],
  ])('%s sets its own tags only', (name, tags) => {
    const tagging = permissionsOf(name).filter(
      ({ Action, Effect }) => Effect === 'Allow' && [Action].flat().includes('secretsmanager:TagResource'),
    );
    expect(
      tagging.map((statement) => conditionOf(statement, 'ForAllValues:StringLike', 'aws:TagKeys')),
    ).toEqual([tags]);
  });

  test.each(['rotate', 'reconcile'])('%s is denied to change the manager secret', (name) => {
    expect(linesOf(name, 'Deny').filter((line) => line.startsWith('secretsmanager'))).toEqual([
      'secretsmanager:CancelRotateSecret on <ManagerSecret>',
      'secretsmanager:PutSecretValue on <ManagerSecret>',
      'secretsmanager:RotateSecret on <ManagerSecret>',
      'secretsmanager:TagResource on <ManagerSecret>',
      'secretsmanager:UpdateSecretVersionStage on <ManagerSecret>',
    ]);
  });

  test('operate is denied to rotate the manager secret, which it may write', () => {
    expect(linesOf('operate', 'Deny').filter((line) => line.startsWith('secretsmanager'))).toEqual([
      'secretsmanager:CancelRotateSecret on <ManagerSecret>',
      'secretsmanager:RotateSecret on <ManagerSecret>',
    ]);
  });

  test.each(['rotate', 'reconcile', 'operate'])("%s denies its own code Lambda's network rights", (name) => {
    const denied = permissionsOf(name).find(({ Effect, Resource }) => Effect === 'Deny' && Resource === '*');
    const source = conditionOf(denied, 'ArnEquals', 'lambda:SourceFunctionArn');

    expect(denied?.Action).toHaveLength(INTERFACES.length);
    expect(source.map(plain)).toEqual([ROTATE.replace('rotate', name)]);
  });

  test.each(['rotate', 'reconcile', 'operate'])(
    '%s decrypts only what Secrets Manager hands it, of its account',
    (name) => {
      const decrypt = permissionsOf(name).find(({ Action }) => [Action].flat().includes('kms:Decrypt'));

      expect(conditionOf(decrypt, 'StringEquals', 'kms:ViaService').map(plain)).toEqual([
        'secretsmanager.<AWS::Region>.amazonaws.com',
      ]);
      expect(conditionOf(decrypt, 'ArnLike', 'kms:EncryptionContext:SecretARN').map(plain)).toEqual([
        SECRETS,
      ]);
    },
  );

  test.each(['rotate', 'reconcile', 'operate'])(
    '%s has a fixed name and may be taken by Lambda only',
    (name) => {
      const role = only(resourcesOf(main, 'AWS::IAM::Role'), ({ Properties }) =>
        plain(Properties.RoleName).startsWith(`rekey-main-${name}-`),
      );

      expect(plain(role.Properties.RoleName)).toBe(`rekey-main-${name}-<AWS::Region>`);
      expect(role.Properties).toMatchObject({
        Path: '/rekey/',
        AssumeRolePolicyDocument: { Statement: [{ Principal: { Service: 'lambda.amazonaws.com' } }] },
      });
    },
  );
});
