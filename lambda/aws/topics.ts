import { type SigningKey, signRequest } from './sign-request.ts';

/** What is sent to a topic. */
export interface Publication {
  readonly topicArn: string;
  /** Of mails: fewer than 100 ASCII characters. */
  readonly subject?: string;
  readonly message: string;
}

/** Where SNS is and who calls it. */
export interface TopicsOptions {
  readonly region: string;
  /** Another address than AWS's own. */
  readonly endpoint?: string | undefined;
  /** Asked before each call: a function's credentials change. */
  readonly credentials: () => SigningKey;
  readonly now: () => Date;
}

/** Shorter than a mail may be late. The caller's own retries come after it. */
const TIME_OUT_MS = 5_000;

/**
 * SNS, of which one operation is used.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html (2026-11)
 */
export class Topics {
  readonly #options: TopicsOptions;
  readonly #address: URL;

  constructor(options: TopicsOptions) {
    const { region, endpoint } = options;
    this.#options = options;
    const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
    this.#address = new URL(endpoint ?? `https://sns.${region}.${suffix}/`);
  }

  /**
   * Sends a message to everybody who has subscribed. Sending again sends it again.
   * @throws Error that names SNS's code, or that there was no answer
   */
  async publish({ topicArn, subject, message }: Publication): Promise<void> {
    const { region, credentials, now } = this.#options;
    const body = new URLSearchParams({
      ...{ Action: 'Publish', Version: '2010-03-31', TopicArn: topicArn, Message: message },
      ...(subject !== undefined && { Subject: subject }),
    }).toString();
    const request = {
      ...{ service: 'sns', region, host: this.#address.host, body },
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    };
    const { host: _host, ...headers } = signRequest(request, credentials(), now());
    const signal = AbortSignal.timeout(TIME_OUT_MS);
    const answer = await fetch(this.#address, { method: 'POST', headers, body, signal });
    if (answer.ok) return;
    const [, code = String(answer.status)] = /<Code>(\w+)<\/Code>/.exec(await answer.text()) ?? [];
    throw new Error(`SNS refused a message for ${topicArn.split(':').at(-1)}: ${code}`);
  }
}
