import { describe, expect, it } from 'vitest';
import { startTestCloud, type TestApp, writeAssembly } from '../support/app.ts';
import { att, lambdaFunction, queue, ref, role } from '../support/resources.ts';

const template = (...resources: [string, object][]) => ({ Resources: Object.fromEntries(resources) });

describe('a deployment', () => {
  it.each<[string, TestApp['stacks'], string | RegExp]>([
    [
      'a resource type that is not known',
      { base: template(['Queue', queue('a')]), app: template(['Table', { Type: 'AWS::DynamoDB::Table' }]) },
      'stack app: the local cloud does not know the resource type AWS::DynamoDB::Table (Table)',
    ],
    [
      'a custom resource',
      { app: template(['Own', { Type: 'Custom::Thing', Properties: { ServiceToken: 'arn' } }]) },
      'stack app: the local cloud does not know the resource type Custom::Thing (Own)',
    ],
    [
      'a property that is not known',
      { app: template(['Queue', { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } }]) },
      /Queue \(AWS::SQS::Queue\) of stack app: .*FifoQueue/,
    ],
    [
      'an attribute that is not known',
      { app: template(['Queue', queue('a')], ['Rule', targeting(att('Queue', 'Colour'))]) },
      'Rule (AWS::Events::Rule) of stack app: the local cloud does not know the attribute Colour of Queue',
    ],
    [
      'a target that events cannot be delivered to',
      { app: template(['Rule', targeting('arn:aws:states:us-east-1:000000000000:stateMachine:x')]) },
      'the local cloud cannot deliver events to arn:aws:states:us-east-1:000000000000:stateMachine:x',
    ],
    [
      'a function of another language',
      { app: template(['Role', role()], ['Work', lambdaFunction('work', { Runtime: 'python3.13' })]) },
      'the local cloud runs Node.js functions only',
    ],
    [
      'a function whose role is for another service',
      { app: template(['Role', roleFor('ec2.amazonaws.com')], ['Work', lambdaFunction('work')]) },
      'its trust policy does not name Lambda',
    ],
    [
      'a function whose code is not in the assembly',
      { app: template(['Role', role()], ['Work', lambdaFunction('missing')]) },
      'the assembly has no asset with the key missing.zip',
    ],
    [
      'a variable that Lambda keeps for itself',
      { app: template(['Role', role()], ['Work', withVariables({ AWS_REGION: 'x' })]) },
      'Lambda reserves the environment variable AWS_REGION',
    ],
    [
      'more than 4 KB of variables',
      { app: template(['Role', role()], ['Work', withVariables({ LONG: 'x'.repeat(4096) })]) },
      'Lambda takes 4096',
    ],
    [
      'a managed policy that is not modelled',
      {
        app: template([
          'Role',
          {
            ...role(),
            Properties: {
              AssumeRolePolicyDocument: { Statement: [] },
              ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
            },
          },
        ]),
      },
      'the local cloud does not model the managed policy arn:aws:iam::aws:policy/AdministratorAccess',
    ],
    [
      'a schedule on a bus of its own',
      {
        app: template(
          ['Bus', { Type: 'AWS::Events::EventBus', Properties: { Name: 'audit' } }],
          [
            'Rule',
            {
              Type: 'AWS::Events::Rule',
              Properties: { EventBusName: ref('Bus'), ScheduleExpression: 'rate(1 hour)' },
            },
          ],
        ),
      },
      'only the default bus has rules with a schedule',
    ],
  ])('fails loudly for %s', async (_, stacks, message) => {
    await expect(startTestCloud({ stacks, assets: { work: '' } })).rejects.toThrow(message);
  });

  it('makes nothing when a type is not known', async () => {
    const cloud = await startTestCloud({ stacks: { app: template(['A', queue('a')]) } });
    const changed = writeAssembly({
      stacks: {
        app: template(['A', queue('a')], ['B', queue('b')]),
        more: template(['T', { Type: 'AWS::New::Thing' }]),
      },
    });
    await expect(cloud.deploy(changed)).rejects.toThrow('AWS::New::Thing');
    expect(cloud.queues.list().map(({ name }) => name)).toEqual(['a']);
  });

  it('takes away what left the app, unless it is to be retained', async () => {
    const cloud = await startTestCloud({
      stacks: {
        app: template(
          ['Gone', queue('gone')],
          ['Kept', { ...queue('kept'), DeletionPolicy: 'Retain' }],
          ['A', queue('a')],
        ),
        all: template(['B', queue('b')]),
      },
    });
    await cloud.deploy(writeAssembly({ stacks: { app: template(['A', queue('a')]) } }));
    expect(cloud.queues.list().map(({ name }) => name)).toEqual(['kept', 'a']);
    expect(cloud.deployment.stacks.map(({ name }) => name)).toEqual(['app']);
  });

  it('replaces a resource whose name changed', async () => {
    const cloud = await startTestCloud({ stacks: { app: template(['Queue', queue('old')]) } });
    await cloud.deploy(writeAssembly({ stacks: { app: template(['Queue', queue('new')]) } }));
    expect(cloud.queues.list().map(({ name }) => name)).toEqual(['new']);
  });
});

function targeting(arn: unknown): object {
  const Targets = [{ Id: 'one', Arn: arn }];
  return { Type: 'AWS::Events::Rule', Properties: { EventPattern: { source: ['a'] }, Targets } };
}

function withVariables(Variables: object): object {
  return lambdaFunction('work', { Environment: { Variables } });
}

function roleFor(service: string): object {
  const statement = { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' };
  return { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Statement: statement } } };
}
