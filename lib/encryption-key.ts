import { ArnFormat, Aws, Stack } from 'aws-cdk-lib';
import { AnyPrincipal, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { SECRETS_MANAGER, secretArn } from './arns.ts';
import { fixLogicalId, KEEP } from './fixed.ts';

export interface EncryptionKeyProps {
  /** ARN of every declared reader's role, with the names of the secrets that it reads. */
  readonly readers: ReadonlyMap<string, readonly string[]>;
}

/**
 * The one key for secrets, logs, alerts and the trail. One is enough: who may read which secret is decided by
 * the secrets' policies and the roles, and the encryption context ties every use to one secret. The audit bus
 * and its archive hold no secret and use EventBridge's own encryption, so that no key policy can silence them.
 */
export class EncryptionKey extends Key {
  constructor(scope: Construct, id: string, props: EncryptionKeyProps) {
    super(scope, id, {
      alias: 'rekey',
      description: 'Rekey: exchange key secrets, logs, alerts',
      enableKeyRotation: true,
      removalPolicy: KEEP,
    });
    fixLogicalId(this, 'EncryptionKey');
    this.admitReaders(props.readers);
    this.admitLogs();
    this.admitAlarms();
  }

  /**
   * Each reader decrypts only its own keys, as Secrets Manager hands them to it: what its own policies let it
   * read besides stays closed. Readers are named by condition and not as principals, since a key policy with a
   * principal that does not exist yet is refused.
   */
  private admitReaders(readers: EncryptionKeyProps['readers']): void {
    const sorted = [...readers.keys()].sort();
    for (const [index, role] of sorted.entries()) {
      const secrets = [...(readers.get(role) ?? [])].sort().map((name) => this.secretNamed(name));
      this.addToResourcePolicy(
        new PolicyStatement({
          sid: `ReaderThroughSecretsManager${index + 1}`,
          principals: [new AnyPrincipal()],
          actions: ['kms:Decrypt'],
          resources: ['*'],
          conditions: {
            StringEquals: { 'kms:ViaService': SECRETS_MANAGER },
            ArnEquals: { 'aws:PrincipalArn': role },
            ArnLike: { 'kms:EncryptionContext:SecretARN': secrets },
          },
        }),
      );
    }
  }

  /** Secrets Manager ends each ARN with a hyphen and six characters of its own choice. */
  private secretNamed(name: string): string {
    return secretArn(Stack.of(this), `${name}-??????`);
  }

  private admitLogs(): void {
    const logGroups = Stack.of(this).formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: '/aws/*/rekey-*',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'LogGroups',
        principals: [new ServicePrincipal(`logs.${Aws.REGION}.amazonaws.com`)],
        actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        resources: ['*'],
        conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logGroups } },
      }),
    );
  }

  private admitAlarms(): void {
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsToTopics',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
  }
}
