import { randomUUID } from 'node:crypto';
import { formatArn, type Place } from '../arn.ts';
import type { MovableClock } from '../clock.ts';
import { type PolicyDocument, parsePolicy } from '../iam/policy-document.ts';

/** A message that waits in a queue. */
export interface QueueMessage {
  readonly id: string;
  readonly body: string;
  /** Message attributes, all as text. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly sentAtMs: number;
}

export interface Queue {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  retentionMs: number;
  policy: PolicyDocument | undefined;
}

type ChangeListener = (queueName: string, messages: number) => void;

/** Every SQS queue. Nothing takes messages out; they end with the queue's retention time. */
export class Queues {
  readonly #place: Place;
  readonly #clock: MovableClock;
  readonly #queues = new Map<string, { queue: Queue; messages: QueueMessage[] }>();
  readonly #listeners: ChangeListener[] = [];

  constructor(place: Place, clock: MovableClock) {
    this.#place = place;
    this.#clock = clock;
  }

  /** Makes the queue, or changes the retention of an existing one. */
  put(name: string, retentionMs: number): Queue {
    const known = this.#queues.get(name)?.queue;
    if (known) return Object.assign(known, { retentionMs });
    const { region, accountId } = this.#place;
    const url = `https://sqs.${region}.amazonaws.com/${accountId}/${name}`;
    const queue = { name, arn: formatArn(this.#place, 'sqs', name), url, retentionMs, policy: undefined };
    this.#queues.set(name, { queue, messages: [] });
    this.#tell(name);
    return queue;
  }

  remove(name: string): void {
    this.#queues.delete(name);
  }

  /** @throws Error when there is no such queue; policies name queues by URL. */
  setPolicy(urlOrName: string, policy: unknown): void {
    this.#get(urlOrName.slice(urlOrName.lastIndexOf('/') + 1)).queue.policy = parsePolicy(policy);
  }

  find(arn: string): Queue | undefined {
    return [...this.#queues.values()].find(({ queue }) => queue.arn === arn)?.queue;
  }

  list(): Queue[] {
    return [...this.#queues.values()].map(({ queue }) => queue);
  }

  /** @throws Error when there is no such queue. */
  send(name: string, body: string, attributes: Readonly<Record<string, string>> = {}): void {
    const { messages, queue } = this.#get(name);
    messages.push({ id: randomUUID(), body, attributes, sentAtMs: this.#clock.nowMs() });
    this.#tell(name);
    this.#clock.at(this.#clock.nowMs() + queue.retentionMs + 1, `expire a message of ${name}`, async () => {
      this.#tell(name);
    });
  }

  /** The messages that wait, oldest first. @throws Error when there is no such queue. */
  messages(name: string): QueueMessage[] {
    const { queue, messages } = this.#get(name);
    return messages.filter(({ sentAtMs }) => sentAtMs + queue.retentionMs >= this.#clock.nowMs());
  }

  /** Calls the listener when the number of waiting messages may have changed. */
  onChange(listener: ChangeListener): void {
    this.#listeners.push(listener);
  }

  #tell(name: string): void {
    if (!this.#queues.has(name)) return;
    const waiting = this.messages(name).length;
    for (const listener of this.#listeners) listener(name, waiting);
  }

  #get(name: string): { queue: Queue; messages: QueueMessage[] } {
    const found = this.#queues.get(name);
    if (!found) throw new Error(`there is no queue '${name}'`);
    return found;
  }
}
