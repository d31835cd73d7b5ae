import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';

/** What is sent to a topic. */
export interface Publication {
  readonly topicArn: string;
  /** Of mails: fewer than 100 ASCII characters. */
  readonly subject?: string;
  readonly message: string;
}

/** SNS. @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html (2026-11) */
export class Topics {
  readonly #client: Pick<SNSClient, 'send'>;

  constructor(client: Pick<SNSClient, 'send'>) {
    this.#client = client;
  }

  /**
   * Sends a message to everybody who has subscribed. Sending again sends it again.
   * @throws Error that names the topic and SNS's code, and none of its words
   */
  async publish({ topicArn, subject, message }: Publication): Promise<void> {
    const input = {
      TopicArn: topicArn,
      Message: message,
      ...(subject !== undefined && { Subject: subject }),
    };
    await this.#client.send(new PublishCommand(input)).catch((error: unknown) => {
      const code = error instanceof Error ? error.name : 'unknown';
      throw new Error(`SNS refused a message for ${topicArn.split(':').at(-1)}: ${code}`);
    });
  }
}
