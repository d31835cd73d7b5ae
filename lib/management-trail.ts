import { Aws, Stack } from 'aws-cdk-lib';
import { CfnTrail } from 'aws-cdk-lib/aws-cloudtrail';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { fixLogicalId, KEEP } from './fixed.ts';

const TRAIL_NAME = 'rekey';
const CLOUDTRAIL = new ServicePrincipal('cloudtrail.amazonaws.com');

export interface ManagementTrailProps {
  readonly encryptionKey: IKey;
}

/**
 * A trail of this Region's management events, for AWS accounts that have none: without one, no read of a
 * secret is ever told. A second trail beside an existing one would cost 2 USD per 100,000 events.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html (2026-11)
 */
export class ManagementTrail extends Construct {
  readonly #conditions: { StringEquals: Record<string, string> };

  constructor(scope: Construct, id: string, { encryptionKey }: ManagementTrailProps) {
    super(scope, id);
    const trailArn = Stack.of(this).formatArn({
      service: 'cloudtrail',
      resource: 'trail',
      resourceName: TRAIL_NAME,
    });
    this.#conditions = { StringEquals: { 'aws:SourceArn': trailArn } };
    const bucket = this.makeBucket();
    this.admitToKey(encryptionKey);
    const trail = new CfnTrail(this, 'Trail', {
      trailName: TRAIL_NAME,
      s3BucketName: bucket.bucketName,
      kmsKeyId: encryptionKey.keyArn,
      isLogging: true,
      enableLogFileValidation: true,
      includeGlobalServiceEvents: false,
      isMultiRegionTrail: false,
    });
    trail.node.addDependency(bucket);
  }

  private makeBucket(): Bucket {
    const bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      removalPolicy: KEEP,
    });
    fixLogicalId(bucket, 'TrailBucket');
    const conditions = this.#conditions;
    for (const [action, resource] of [
      ['s3:GetBucketAcl', bucket.bucketArn],
      ['s3:PutObject', bucket.arnForObjects(`AWSLogs/${Aws.ACCOUNT_ID}/*`)],
    ] as const) {
      bucket.addToResourcePolicy(
        new PolicyStatement({
          principals: [CLOUDTRAIL],
          actions: [action],
          resources: [resource],
          conditions,
        }),
      );
    }
    acknowledge(bucket, {
      'AwsSolutions-S1':
        'Only CloudTrail writes here, and access logs of an access log would need a bucket of their own.',
    });
    return bucket;
  }

  private admitToKey(key: IKey): void {
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'TrailFiles',
        principals: [CLOUDTRAIL],
        actions: ['kms:GenerateDataKey*', 'kms:DescribeKey'],
        resources: ['*'],
        conditions: this.#conditions,
      }),
    );
  }
}
