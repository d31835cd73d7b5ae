import { z } from 'zod';
import { flag, text, withoutEffect } from './property-shapes.ts';
import { effective, type ResourceTypes } from './resource-type.ts';

const eventSelector = z.object({
  ReadWriteType: z.enum(['All', 'ReadOnly', 'WriteOnly']).default('All'),
  IncludeManagementEvents: flag.default(true),
});

const trail = z.strictObject({
  TrailName: text.optional(),
  IsLogging: flag,
  EventSelectors: z.array(eventSelector).optional(),
  CloudWatchLogsLogGroupArn: withoutEffect,
  CloudWatchLogsRoleArn: withoutEffect,
  EnableLogFileValidation: withoutEffect,
  IncludeGlobalServiceEvents: withoutEffect,
  IsMultiRegionTrail: withoutEffect,
  KMSKeyId: withoutEffect,
  S3BucketName: withoutEffect,
  S3KeyPrefix: withoutEffect,
  Tags: withoutEffect,
});

export const cloudTrailTypes: ResourceTypes = {
  'AWS::CloudTrail::Trail': effective({
    properties: trail,
    apply({ TrailName, IsLogging, EventSelectors }, context) {
      const partial = EventSelectors?.find(
        ({ ReadWriteType, IncludeManagementEvents }) => ReadWriteType !== 'All' || !IncludeManagementEvents,
      );
      if (partial) throw new Error('the local cloud models only trails that record every management event');
      const name = TrailName ?? context.existing ?? context.generatedName();
      const { arn } = context.services.trails.put(name, IsLogging);
      return { ref: name, attributes: { Arn: arn } };
    },
    remove: (name, { trails }) => trails.remove(name),
  }),
};
