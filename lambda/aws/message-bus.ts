import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { AUDIT_SOURCE, MESSAGE_DETAIL_TYPE } from '../contract.ts';
import type { Message } from '../core/message.ts';
import { textOf } from '../core/message-form.ts';
import type { EventBridge } from './audit-log.ts';

/** The bus of messages, for channels that are called over HTTPS. */
export class MessageBus {
  readonly #client: EventBridge;
  readonly #busName: string;

  constructor(client: EventBridge, busName: string) {
    this.#client = client;
    this.#busName = busName;
  }

  /** Puts a message with all its parts and as one text. @throws Error if the bus does not accept it */
  async put(message: Message): Promise<void> {
    const entry = {
      EventBusName: this.#busName,
      Source: AUDIT_SOURCE,
      DetailType: MESSAGE_DETAIL_TYPE,
      Detail: JSON.stringify({ ...message, text: textOf(message) }),
    };
    const answer = await this.#client.send(new PutEventsCommand({ Entries: [entry] }));
    if (!answer.FailedEntryCount) return;
    throw new Error(`the bus of messages refused one: ${answer.Entries?.[0]?.ErrorCode ?? 'unknown'}`);
  }
}
