import { type Bridge, textOf, truthOf } from './bridge.ts';

const TARGET = 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101';

export const trail: Bridge = {
  async apply({ emulator }, properties, physicalId) {
    const Name = textOf(properties, 'TrailName');
    const action = physicalId === undefined ? 'CreateTrail' : 'UpdateTrail';
    await emulator.json('cloudtrail', `${TARGET}.${action}`, {
      Name,
      S3BucketName: textOf(properties, 'S3BucketName'),
      KmsKeyId: textOf(properties, 'KMSKeyId'),
      EnableLogFileValidation: truthOf(properties, 'EnableLogFileValidation'),
      IncludeGlobalServiceEvents: truthOf(properties, 'IncludeGlobalServiceEvents'),
      IsMultiRegionTrail: truthOf(properties, 'IsMultiRegionTrail'),
    });
    if (truthOf(properties, 'IsLogging')) {
      await emulator.json('cloudtrail', `${TARGET}.StartLogging`, { Name });
    }
    return { physicalId: Name };
  },
  async remove({ emulator }, _properties, Name) {
    await emulator.json('cloudtrail', `${TARGET}.DeleteTrail`, { Name });
  },
};
