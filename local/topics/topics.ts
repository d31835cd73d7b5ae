import { randomUUID } from 'node:crypto';
import { formatArn, type Place } from '../arn.ts';
import type { MovableClock } from '../clock.ts';
import { type PolicyDocument, parsePolicy } from '../iam/policy-document.ts';

export interface Subscription {
  readonly arn: string;
  readonly protocol: 'email' | 'email-json' | 'sqs' | 'lambda' | 'chat';
  /** E-mail address, ARN, or a channel of a chat application. */
  readonly endpoint: string;
}

export interface Topic {
  readonly name: string;
  readonly arn: string;
  policy: PolicyDocument;
  readonly subscriptions: Map<string, Subscription>;
}

/** A message as one subscriber got it. E-mails and chat messages go no further than this record. */
export interface TopicDelivery {
  readonly topicName: string;
  readonly protocol: Subscription['protocol'];
  readonly endpoint: string;
  readonly messageId: string;
  readonly subject: string | undefined;
  readonly message: string;
  readonly at: string;
}

export interface TopicMessage {
  readonly subject?: string | undefined;
  readonly message: string;
}

type Forward = (subscription: Subscription, topic: Topic, delivery: TopicDelivery) => void;

/** Every SNS topic with what it delivered. An e-mail subscription counts as confirmed at once. */
export class Topics {
  readonly #place: Place;
  readonly #clock: MovableClock;
  readonly #topics = new Map<string, Topic>();
  readonly #deliveries: TopicDelivery[] = [];
  readonly #forward: Forward;

  /** `forward` takes a delivery on to a queue or function. */
  constructor(place: Place, clock: MovableClock, forward: Forward) {
    this.#place = place;
    this.#clock = clock;
    this.#forward = forward;
  }

  /** Makes the topic; an existing one stays as it is. */
  put(name: string): Topic {
    const known = this.#topics.get(name);
    if (known) return known;
    const arn = formatArn(this.#place, 'sns', name);
    const topic = { name, arn, policy: defaultPolicy(this.#place, arn), subscriptions: new Map() };
    this.#topics.set(name, topic);
    return topic;
  }

  remove(name: string): void {
    this.#topics.delete(name);
  }

  /** Replaces the policy, the default one included. @throws Error when there is no such topic. */
  setPolicy(topicArn: string, policy: unknown): void {
    this.#get(topicArn).policy = parsePolicy(policy);
  }

  /** @throws Error when there is no such topic. Subscribing the same endpoint again changes nothing. */
  subscribe(topicArn: string, protocol: Subscription['protocol'], endpoint: string): Subscription {
    const { subscriptions } = this.#get(topicArn);
    const known = [...subscriptions.values()].find(
      (other) => other.protocol === protocol && other.endpoint === endpoint,
    );
    if (known) return known;
    const subscription = { arn: `${topicArn}:${randomUUID()}`, protocol, endpoint };
    subscriptions.set(subscription.arn, subscription);
    return subscription;
  }

  unsubscribe(subscriptionArn: string): void {
    for (const { subscriptions } of this.#topics.values()) subscriptions.delete(subscriptionArn);
  }

  /** Takes an endpoint off every topic. */
  unsubscribeEndpoint(endpoint: string): void {
    for (const { subscriptions } of this.#topics.values()) {
      for (const one of [...subscriptions.values()])
        if (one.endpoint === endpoint) subscriptions.delete(one.arn);
    }
  }

  find(arn: string): Topic | undefined {
    return [...this.#topics.values()].find((topic) => topic.arn === arn);
  }

  list(): Topic[] {
    return [...this.#topics.values()];
  }

  /** Delivers to every subscriber; one that fails does not keep the message from the others. @returns its id */
  publish(topicArn: string, { subject, message }: TopicMessage): string {
    const topic = this.#get(topicArn);
    const messageId = randomUUID();
    for (const subscription of topic.subscriptions.values()) {
      const { protocol, endpoint } = subscription;
      const at = this.#clock.now().toISOString();
      const delivery = { topicName: topic.name, protocol, endpoint, messageId, subject, message, at };
      try {
        this.#forward(subscription, topic, delivery);
        this.#deliveries.push(delivery);
      } catch (error) {
        this.#clock.report(error, `delivery of ${topic.name} to ${protocol}`);
      }
    }
    return messageId;
  }

  /** Everything that was delivered so far, oldest first. */
  deliveries(): readonly TopicDelivery[] {
    return this.#deliveries;
  }

  #get(arn: string): Topic {
    const found = this.find(arn);
    if (!found) throw new Error(`there is no topic '${arn}'`);
    return found;
  }
}

/** What SNS gives a new topic: the account itself and alarms of the account may publish, events may not. */
function defaultPolicy({ accountId }: Place, topicArn: string): PolicyDocument {
  return parsePolicy({
    Statement: [
      { Effect: 'Allow', Principal: { AWS: accountId }, Action: 'sns:Publish', Resource: topicArn },
      {
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: topicArn,
        Condition: { StringEquals: { 'aws:SourceAccount': accountId } },
      },
    ],
  });
}
