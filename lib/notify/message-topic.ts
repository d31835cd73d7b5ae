import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

export interface MessageTopicProps {
  readonly topicName: string;
  readonly displayName: string;
  readonly encryptionKey: IKey;
}

/** Takes messages of notify and of nobody else. */
export class MessageTopic extends Topic {
  constructor(scope: Construct, id: string, { encryptionKey, ...names }: MessageTopicProps) {
    super(scope, id, { ...names, masterKey: encryptionKey, enforceSSL: true });
  }
}
