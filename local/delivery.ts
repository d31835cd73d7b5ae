import { randomUUID } from 'node:crypto';
import { type ArnParts, parseArn } from './arn.ts';
import type { ApiDestinations } from './events/api-destinations.ts';
import type { EventBuses } from './events/event-buses.ts';
import type { Access, Authorizer } from './iam/authorizer.ts';
import type { LogPolicies } from './logs/log-policies.ts';
import type { LogStore } from './logs/log-store.ts';
import type { Queues } from './queues/queues.ts';
import type { AsyncInvocations } from './runtime/async-invocations.ts';
import type { Functions } from './runtime/functions.ts';
import type { Topics } from './topics/topics.ts';

/** What one service hands to another. */
export interface Parcel {
  /** Usually JSON. */
  readonly body: string;
  readonly attributes?: Readonly<Record<string, string>>;
  /** For topics. */
  readonly subject?: string | undefined;
  /** Told of what the target refuses only after it was handed over. */
  readonly failed?: (error: DeliveryError) => void;
}

/** On whose authority: a service that the target's own policy must admit, or a service under a role. */
export type Sender =
  | { readonly kind: 'service'; readonly service: string; readonly sourceArn: string }
  | { readonly kind: 'role'; readonly service: string; readonly roleArn: string };

/** Hands something to the target that an ARN names. @throws DeliveryError */
export type Deliver = (targetArn: string, parcel: Parcel, sender: Sender) => void;

/** The target does not exist or does not admit the sender. `code` is what EventBridge writes to a dead letter. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly code: 'NO_PERMISSIONS' | 'NO_RESOURCE' | 'SDK_CLIENT_ERROR';

  constructor(code: DeliveryError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

interface Targets {
  readonly functions: Functions;
  readonly asyncInvocations: AsyncInvocations;
  readonly queues: Queues;
  readonly topics: Topics;
  readonly logs: LogStore;
  readonly logPolicies: LogPolicies;
  readonly buses: EventBuses;
  readonly apiDestinations: ApiDestinations;
  readonly authorizer: Authorizer;
}

type Receive = (parts: ArnParts & { readonly arn: string }, parcel: Parcel, sender: Sender) => void;

/** Every way from one service to another: rule targets, dead letters, destinations, alarm actions, subscriptions. */
export class Delivery {
  readonly #targets: Targets;
  readonly #receivers: Readonly<Record<string, Receive>>;

  constructor(targets: Targets) {
    this.#targets = targets;
    this.#receivers = {
      lambda: (target, parcel, sender) => this.#toFunction(target.arn, parcel, sender),
      sqs: (target, parcel, sender) => this.#toQueue(target.arn, parcel, sender),
      sns: (target, parcel, sender) => this.#toTopic(target.arn, parcel, sender),
      logs: (target, parcel, sender) => this.#toLogGroup(target, parcel, sender),
      events: (target, parcel, sender) =>
        target.resource.startsWith('api-destination/')
          ? this.#toApiDestination(target.arn, parcel, sender)
          : this.#toBus(target.arn, parcel, sender),
    };
  }

  /** Whether something of this service can be a target here. */
  knows(targetArn: string): boolean {
    return parseArn(targetArn).service in this.#receivers;
  }

  /** @throws DeliveryError; Error for a service that is not modelled. */
  send(targetArn: string, parcel: Parcel, sender: Sender): void {
    const parts = parseArn(targetArn);
    const receive = this.#receivers[parts.service];
    if (!receive) throw new Error(`the local cloud cannot deliver to ${targetArn}`);
    receive({ ...parts, arn: targetArn }, parcel, sender);
  }

  #toFunction(arn: string, { body }: Parcel, sender: Sender): void {
    const { functions, asyncInvocations } = this.#targets;
    const found = functions.find(arn);
    if (!found) throw missing(arn);
    const resourcePolicy = functions.resourcePolicy(arn);
    this.#requireAccess(sender, { action: 'lambda:InvokeFunction', resource: found.arn, resourcePolicy });
    asyncInvocations.submit(arn, JSON.parse(body));
  }

  #toQueue(arn: string, { body, attributes }: Parcel, sender: Sender): void {
    const queue = this.#targets.queues.find(arn);
    if (!queue) throw missing(arn);
    this.#requireAccess(sender, { action: 'sqs:SendMessage', resource: arn, resourcePolicy: queue.policy });
    this.#targets.queues.send(queue.name, body, attributes);
  }

  #toTopic(arn: string, { body, subject }: Parcel, sender: Sender): void {
    const topic = this.#targets.topics.find(arn);
    if (!topic) throw missing(arn);
    this.#requireAccess(sender, { action: 'sns:Publish', resource: arn, resourcePolicy: topic.policy });
    this.#targets.topics.publish(arn, { subject, message: body });
  }

  #toLogGroup({ arn, resource }: { arn: string; resource: string }, { body }: Parcel, sender: Sender): void {
    const { logs, logPolicies } = this.#targets;
    const group = resource.replace(/^log-group:/, '').replace(/:\*$/, '');
    if (!logs.has(group)) throw missing(arn);
    const stream = randomUUID();
    const streamArn = `${arn.replace(/:\*$/, '')}:log-stream:${stream}`;
    const resourcePolicy = logPolicies.combined();
    this.#requireAccess(sender, { action: 'logs:PutLogEvents', resource: streamArn, resourcePolicy });
    logs.append({ group, stream }, body);
  }

  #toBus(arn: string, { body }: Parcel, sender: Sender): void {
    const { buses } = this.#targets;
    if (!buses.find(arn)) throw missing(arn);
    this.#requireAccess(sender, { action: 'events:PutEvents', resource: arn });
    buses.forward(arn, JSON.parse(body));
  }

  #toApiDestination(arn: string, { body, failed }: Parcel, sender: Sender): void {
    const { apiDestinations } = this.#targets;
    const destination = apiDestinations.find(arn);
    if (!destination) throw missing(arn);
    this.#requireAccess(sender, { action: 'events:InvokeApiDestination', resource: arn });
    apiDestinations.call(destination, body, (why) => failed?.(new DeliveryError('SDK_CLIENT_ERROR', why)));
  }

  #requireAccess(sender: Sender, access: Access): void {
    const { authorizer } = this.#targets;
    const admitted =
      sender.kind === 'service'
        ? authorizer.admitsService(sender.service, sender.sourceArn, access)
        : authorizer.mayAsRole(sender.service, sender.roleArn, access);
    if (admitted) return;
    const who = sender.kind === 'service' ? `${sender.service} for ${sender.sourceArn}` : sender.roleArn;
    throw new DeliveryError(
      'NO_PERMISSIONS',
      `${who} is not admitted: ${access.action} on ${access.resource}`,
    );
  }
}

function missing(arn: string): DeliveryError {
  return new DeliveryError('NO_RESOURCE', `the target ${arn} does not exist`);
}
