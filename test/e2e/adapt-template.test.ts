import { describe, expect, it } from 'vitest';
import { adaptTemplate, standsFor } from '../../e2e/adapt-template.ts';
import { dependants } from '../../e2e/compare-templates.ts';
import { nameOf } from '../../e2e/gaps.ts';

const TOKEN = 'arn:aws:lambda:us-east-1:000000000000:function:bridge';
const archive = {
  Type: 'AWS::Events::Archive',
  Properties: { ArchiveName: 'audit', SourceArn: { 'Fn::GetAtt': ['Bus', 'Arn'] } },
  DependsOn: ['Bus'],
  DeletionPolicy: 'Retain',
  UpdateReplacePolicy: 'Retain',
};
const bus = { Type: 'AWS::Events::EventBus', Properties: { Name: 'audit' } };

describe('the template adapter', () => {
  it('puts a custom resource with the same properties and fate in the place of what is bridged', () => {
    const { template, met } = adaptTemplate(
      { Resources: { Bus: bus, Archive: archive } },
      [archive.Type],
      TOKEN,
    );
    expect(template.Resources.Bus).toEqual(bus);
    expect(template.Resources.Archive).toEqual({
      ...archive,
      Type: 'Custom::AWS-Events-Archive',
      Properties: { ...archive.Properties, ServiceToken: TOKEN, ServiceTimeout: 20 },
    });
    expect(met.map(nameOf)).toEqual(['AWS::Events::Archive']);
  });

  it('leaves an alarm on one metric and puts a handle in the place of one with metric math', () => {
    const plain = { Type: 'AWS::CloudWatch::Alarm', Properties: { MetricName: 'Reads' } };
    const band = { Type: 'AWS::CloudWatch::Alarm', Properties: { Metrics: [] }, DependsOn: 'Plain' };
    const { template, met } = adaptTemplate({ Resources: { Plain: plain, Band: band } }, [], TOKEN);
    expect(template.Resources).toEqual({
      Plain: plain,
      Band: { Type: 'AWS::CloudFormation::WaitConditionHandle', DependsOn: 'Plain' },
    });
    expect(met.map(nameOf)).toEqual(['AWS::CloudWatch::Alarm with Metrics']);
  });

  it('stops at a refused type that nobody has an answer to, and names it', () => {
    const Resources = { Archive: archive, Pipe: { Type: 'AWS::Pipes::Pipe' } };
    expect(() => adaptTemplate({ Resources }, [archive.Type, 'AWS::Pipes::Pipe'], TOKEN)).toThrow(
      'the emulator refuses AWS::Pipes::Pipe: answer for it in e2e/gaps.ts',
    );
  });

  it('keeps every other section of the template', () => {
    const Outputs = { Name: { Value: { Ref: 'Archive' } } };
    const { template } = adaptTemplate({ Resources: { Archive: archive }, Outputs }, [archive.Type], TOKEN);
    expect(template.Outputs).toEqual(Outputs);
  });

  it('finds the type again that a custom resource stands for', () => {
    expect(standsFor('Custom::AWS-SecretsManager-RotationSchedule')).toBe(
      'AWS::SecretsManager::RotationSchedule',
    );
  });
});

describe('dependants', () => {
  it('are what refers to a resource directly or through another', () => {
    const Resources = {
      Role: { Type: 'AWS::IAM::Role' },
      Function: { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
      Rule: { Type: 'AWS::Events::Rule', Properties: { Targets: [{ Arn: { Ref: 'Function' } }] } },
      Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'Role' } },
    };
    expect(dependants({ Resources }, ['Role'])).toEqual(['Function', 'Rule']);
  });
});
