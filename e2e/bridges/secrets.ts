import { randomUUID } from 'node:crypto';
import { type Bridge, textOf, truthOf } from './bridge.ts';

/**
 * A schedule is what RotateSecret sets up; with RotateImmediately=false only the test step of the function runs.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-rotationschedule.html (2026-11)
 */
export const rotationSchedule: Bridge = {
  async apply({ secrets }, properties) {
    const secretArn = textOf(properties, 'SecretId');
    const SecretId = await secrets.adopt(secretArn);
    await secrets.learnFunctions();
    await secrets.call('RotateSecret', {
      SecretId,
      ClientRequestToken: randomUUID(),
      RotationLambdaARN: textOf(properties, 'RotationLambdaARN'),
      RotationRules: properties.RotationRules,
      RotateImmediately: truthOf({ given: properties.RotateImmediatelyOnUpdate ?? 'true' }, 'given'),
    });
    await secrets.settled();
    return { physicalId: secretArn };
  },
  async remove({ secrets }, properties) {
    const SecretId = await secrets.adopt(textOf(properties, 'SecretId'));
    await secrets.call('CancelRotateSecret', { SecretId });
  },
};

export const resourcePolicy: Bridge = {
  async apply({ secrets }, properties) {
    const secretArn = textOf(properties, 'SecretId');
    const SecretId = await secrets.adopt(secretArn);
    await secrets.call('PutResourcePolicy', {
      SecretId,
      ResourcePolicy: JSON.stringify(properties.ResourcePolicy),
      BlockPublicPolicy: truthOf(properties, 'BlockPublicPolicy'),
    });
    return { physicalId: `${secretArn}-policy` };
  },
  async remove({ secrets }, properties) {
    const SecretId = await secrets.adopt(textOf(properties, 'SecretId'));
    await secrets.call('DeleteResourcePolicy', { SecretId });
  },
};
