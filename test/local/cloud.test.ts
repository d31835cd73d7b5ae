import { describe, expect, it } from 'vitest';
import { startLocalCloud } from '../../local/cloud.ts';
import { HOUR, startTestCloud, writeAssembly } from './support/app.ts';
import { allow, att, lambdaFunction, permission, queue, ref, role } from './support/resources.ts';

const ROTATE = `
const { request } = require('node:http');
const call = (operation, input) => new Promise((resolve, reject) => {
  const out = request(process.env.AWS_ENDPOINT_URL, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'secretsmanager.' + operation,
      authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20260101/us-east-1/secretsmanager/aws4_request, SignedHeaders=host, Signature=00',
    },
  }, (answer) => {
    let text = '';
    answer.on('data', (chunk) => (text += chunk)).on('end', () => {
      const body = JSON.parse(text);
      answer.statusCode === 200 ? resolve(body) : reject(Object.assign(new Error(text), { name: body.__type }));
    });
  });
  out.on('error', reject).end(JSON.stringify(input));
});
exports.handler = async ({ Step, SecretId, ClientRequestToken, RotationToken }) => {
  console.log(Step);
  if (Step === 'createSecret') {
    await call('PutSecretValue', { SecretId, ClientRequestToken, RotationToken, SecretString: 'key of ' + new Date().toISOString(), VersionStages: ['AWSPENDING'] });
  }
  if (Step === 'finishSecret') {
    const { VersionIdsToStages: stages } = await call('DescribeSecret', { SecretId });
    const current = Object.keys(stages).find((id) => stages[id].includes('AWSCURRENT'));
    if (current === ClientRequestToken) return;
    await call('UpdateSecretVersionStage', { SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: ClientRequestToken, RemoveFromVersionId: current });
  }
};`;

const rotating = {
  stacks: {
    app: {
      Resources: {
        Role: role(allow('secretsmanager:*')),
        Rotate: lambdaFunction('rotate'),
        Admit: permission('Rotate', 'secretsmanager.amazonaws.com', { SourceAccount: ref('AWS::AccountId') }),
        Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'app/key' } },
        Schedule: {
          Type: 'AWS::SecretsManager::RotationSchedule',
          Properties: {
            SecretId: ref('Secret'),
            RotationLambdaARN: att('Rotate', 'Arn'),
            RotateImmediatelyOnUpdate: false,
            RotationRules: { ScheduleExpression: 'rate(4 hours)' },
          },
          DependsOn: ['Admit'],
        },
      },
    },
  },
  assets: { rotate: ROTATE },
};

const administrator = {
  arn: 'arn:aws:iam::000000000000:user/a',
  type: 'IAMUser',
  sourceAddress: '127.0.0.1',
} as const;

const template = (...resources: [string, object][]) => ({ Resources: Object.fromEntries(resources) });

describe('a deployed app', () => {
  it('rotates its secret on schedule through its own function', async () => {
    const cloud = await startTestCloud(rotating);
    await cloud.settled();
    const read = () => cloud.secretsManager.call('GetSecretValue', { SecretId: 'app/key' }, administrator);
    await expect(read()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await cloud.advance(5 * HOUR);
    const first = await read();
    await cloud.advance(4 * HOUR);
    const second = await read();
    expect([first, second]).toEqual([
      expect.objectContaining({ SecretString: expect.stringMatching(/^key of 2026-11-20T1[45]/) }),
      expect.objectContaining({ SecretString: expect.stringMatching(/^key of 2026-11-20T1[89]/) }),
    ]);
    expect(cloud.clock.errors()).toEqual([]);
  });

  it('rotates at once when the template does not say otherwise', async () => {
    const { Schedule, ...resources } = rotating.stacks.app.Resources;
    const { RotateImmediatelyOnUpdate: _, ...Properties } = Schedule.Properties;
    const app = { Resources: { ...resources, Schedule: { ...Schedule, Properties } } };
    const cloud = await startTestCloud({ ...rotating, stacks: { app } });
    await cloud.settled();
    const value = cloud.secretsManager.call('GetSecretValue', { SecretId: 'app/key' }, administrator);
    expect(await value).toMatchObject({ SecretString: expect.stringMatching(/^key of 2026-11-20T10:00/) });
  });

  it('refuses a rotation schedule whose function does not admit Secrets Manager', async () => {
    const { Admit: _, ...resources } = rotating.stacks.app.Resources;
    const { DependsOn: _none, ...Schedule } = resources.Schedule;
    const app = { ...rotating, stacks: { app: { Resources: { ...resources, Schedule } } } };
    await expect(startTestCloud(app)).rejects.toThrow(
      /^Schedule \(AWS::SecretsManager::RotationSchedule\) of stack app: Secrets Manager cannot invoke/,
    );
  });

  it('makes secrets empty, given or generated as the template says, and keeps their values afterwards', async () => {
    const secrets = (value: string) => ({
      stacks: {
        app: template(
          ['Empty', secret('empty', {})],
          ['Given', secret('given', { SecretString: value })],
          ['Made', secret('made', { GenerateSecretString: { PasswordLength: 12 } })],
          [
            'InTemplate',
            secret('inTemplate', {
              GenerateSecretString: { SecretStringTemplate: '{"user":"a"}', GenerateStringKey: 'password' },
            }),
          ],
        ),
      },
    });
    const cloud = await startTestCloud(secrets('first'));
    const read = async (SecretId: string) => {
      const answer = await cloud.secretsManager.call('GetSecretValue', { SecretId }, administrator);
      return (answer as { SecretString: string }).SecretString;
    };
    const made = await read('made');
    expect(made).toHaveLength(12);
    expect(JSON.parse(await read('inTemplate'))).toEqual({ user: 'a', password: expect.any(String) });
    await expect(read('empty')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await cloud.deploy(writeAssembly(secrets('second')));
    expect([await read('given'), await read('made')]).toEqual(['first', made]);
  });

  it('has outputs, which other stacks import', async () => {
    const cloud = await startTestCloud({
      stacks: {
        app: {
          ...template(['Queue', queue('app')]),
          Outputs: { Imported: { Value: { 'Fn::ImportValue': 'base:Arn' } } },
        },
        base: {
          ...template(['Queue', queue('base')]),
          Outputs: { Arn: { Value: att('Queue', 'Arn'), Export: { Name: 'base:Arn' } } },
        },
      },
      dependencies: { app: ['base'] },
    });
    const arn = 'arn:aws:sqs:us-east-1:000000000000:base';
    expect(cloud.deployment.stacks).toEqual([
      { name: 'base', outputs: { Arn: arn } },
      { name: 'app', outputs: { Imported: arn } },
    ]);
  });

  it('leaves out resources and outputs whose condition does not hold', async () => {
    const cloud = await startTestCloud({
      stacks: {
        app: {
          Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
          ...template(['Kept', queue('kept')], ['Left', { ...queue('left'), Condition: 'Never' }]),
          Outputs: { Left: { Value: 'x', Condition: 'Never' } },
        },
      },
    });
    expect([cloud.queues.list().map(({ name }) => name), cloud.deployment.stacks[0]?.outputs]).toEqual([
      ['kept'],
      {},
    ]);
  });

  it('says what exists on paper only', async () => {
    const cloud = await startTestCloud({
      stacks: {
        app: template(
          ['Queue', queue('a')],
          ['Key', { Type: 'AWS::KMS::Key', Properties: {} }],
          [
            'Alias',
            { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/a', TargetKeyId: att('Key', 'Arn') } },
          ],
          ['Address', { Type: 'AWS::EC2::EIP', Properties: { Domain: 'vpc' } }],
          [
            'Gateway',
            { Type: 'AWS::EC2::NatGateway', Properties: { AllocationId: att('Address', 'AllocationId') } },
          ],
        ),
      },
    });
    expect(cloud.deployment.onPaper).toEqual([
      {
        stackName: 'app',
        logicalId: 'Key',
        type: 'AWS::KMS::Key',
        ref: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
      { stackName: 'app', logicalId: 'Alias', type: 'AWS::KMS::Alias', ref: 'alias/a' },
      {
        stackName: 'app',
        logicalId: 'Address',
        type: 'AWS::EC2::EIP',
        ref: expect.stringMatching(/^203\.0\.113\.\d+$/),
      },
      {
        stackName: 'app',
        logicalId: 'Gateway',
        type: 'AWS::EC2::NatGateway',
        ref: expect.stringMatching(/^nat-/),
      },
    ]);
  });

  it('has the place that its stacks name', async () => {
    const app = { stacks: { app: template() }, environment: 'aws://111122223333/eu-west-1' };
    const cloud = await startTestCloud(app);
    expect([cloud.accountId, cloud.region]).toEqual(['111122223333', 'eu-west-1']);
    await expect(startTestCloud(app, { region: 'us-east-1' })).rejects.toThrow(
      'the local cloud has one region, and the app wants eu-west-1, us-east-1',
    );
  });

  it('runs four hours with a function every five minutes in a few seconds', async () => {
    const cloud = await startTestCloud({
      stacks: {
        app: template(
          ['Role', role()],
          ['Work', lambdaFunction('work')],
          ['Admit', permission('Work', 'events.amazonaws.com')],
          [
            'Rule',
            {
              Type: 'AWS::Events::Rule',
              Properties: {
                ScheduleExpression: 'rate(5 minutes)',
                Targets: [{ Id: 'work', Arn: att('Work', 'Arn') }],
              },
            },
          ],
        ),
      },
      assets: { work: 'exports.handler = async () => console.log("worked");' },
    });
    const startedMs = performance.now();
    await cloud.advance(4 * HOUR);
    expect(performance.now() - startedMs).toBeLessThan(10_000);
    expect(cloud.logs.lines('/aws/lambda/work').filter((line) => line === 'worked')).toHaveLength(48);
  });

  it('sets the clocks that follow it before each invocation and after each advance', async () => {
    const times: string[] = [];
    const followers = [{ set: (ms: number) => times.push(new Date(ms).toISOString().slice(11, 19)) }];
    const cloud = await startTestCloud(rotating, { followers });
    await cloud.settled();
    times.length = 0;
    await cloud.functions.invoke('rotate', {});
    await cloud.advance(90 * 60_000);
    expect(times).toEqual(['10:00:00', '11:30:00']);
  });
});

describe('starting', () => {
  it('fails where there is no assembly', async () => {
    await expect(startLocalCloud({ assembly: '/nowhere' })).rejects.toThrow('/nowhere/manifest.json');
  });

  it('fails when the port is taken', async () => {
    const cloud = await startTestCloud({ stacks: { app: template() } });
    const port = Number(new URL(cloud.url).port);
    await expect(startTestCloud({ stacks: { app: template() } }, { port })).rejects.toThrow('EADDRINUSE');
  });
});

function secret(Name: string, properties: object): object {
  return { Type: 'AWS::SecretsManager::Secret', Properties: { Name, ...properties } };
}
