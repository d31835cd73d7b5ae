import type { Place } from './arn.ts';
import type { MovableClock } from './clock.ts';
import { type Deliver, Delivery } from './delivery.ts';
import { ApiDestinations } from './events/api-destinations.ts';
import { EventBuses } from './events/event-buses.ts';
import { Authorizer } from './iam/authorizer.ts';
import { Principals } from './iam/principals.ts';
import { Roles } from './iam/roles.ts';
import { LogPolicies } from './logs/log-policies.ts';
import { LogStore } from './logs/log-store.ts';
import { Alarms } from './metrics/alarms.ts';
import { parseEmbeddedMetrics } from './metrics/embedded-metrics.ts';
import { MetricStore } from './metrics/metric-store.ts';
import { Queues } from './queues/queues.ts';
import { AsyncInvocations } from './runtime/async-invocations.ts';
import { Functions } from './runtime/functions.ts';
import { authorizeSecrets } from './secret-access.ts';
import { SecretsManager } from './secrets-manager/secrets-manager.ts';
import { requireChatForm } from './topics/chat-form.ts';
import { notification } from './topics/notification.ts';
import { Topics } from './topics/topics.ts';
import { Trails } from './trails.ts';

/** What the services of one local cloud are made from. */
export interface ServiceOptions {
  readonly place: Place;
  readonly clock: MovableClock;
  /** Address of the gateway; known once it listens. */
  endpointUrl(): string;
  beforeInvoke(now: Date): void;
  readonly secretsManager: SecretsManagerSettings;
  /** Whether the account has a trail from elsewhere, which records every management event. */
  readonly accountTrail: boolean;
}

/** What may be set of Secrets Manager from outside; the rest is wired to the other services. */
export type SecretsManagerSettings = Pick<
  ConstructorParameters<typeof SecretsManager>[0],
  'retry' | 'choices' | 'seed' | 'cloudTrailDelayMs'
>;

/** Every service of one local cloud. */
export type Services = ReturnType<typeof createServices>;

/** Makes the services and connects them with each other. Nothing listens or runs yet. */
export function createServices(options: ServiceOptions) {
  const { place, clock } = options;
  const deliver: Deliver = (target, parcel, sender) => delivery.send(target, parcel, sender);
  const roles = new Roles(place);
  const authorizer = new Authorizer(place, roles, clock);
  const principals = new Principals(place);
  const logs = new LogStore(place, clock);
  const logPolicies = new LogPolicies();
  const metrics = new MetricStore(clock);
  const queues = new Queues(place, clock);
  const topics = new Topics(place, clock, forwardTo(deliver));
  const apiDestinations = new ApiDestinations(place, clock);
  const trails = new Trails(place, options.accountTrail);
  const buses = new EventBuses({ place, clock, metrics, deliver, hasTrail: () => trails.logging });
  const functions = new Functions({ ...options, logs, metrics, principals, authorizer });
  const asyncInvocations = new AsyncInvocations({ clock, functions, deliver });
  const alarms = new Alarms({ place, clock, metrics, deliver, emit: (event) => buses.emit(event) });
  const delivery = new Delivery({
    functions,
    asyncInvocations,
    queues,
    topics,
    logs,
    logPolicies,
    buses,
    apiDestinations,
    authorizer,
  });
  const secretsManager = new SecretsManager({
    ...options.secretsManager,
    ...place,
    clock,
    ...authorizeSecrets({ functions, authorizer }),
    invoke: async (functionArn, payload) => await functions.invoke(functionArn, payload),
    emit: (event) => buses.emit(event),
  });
  extractMetrics({ clock, logs, metrics, queues });
  return {
    place,
    clock,
    roles,
    authorizer,
    principals,
    logs,
    logPolicies,
    metrics,
    queues,
    topics,
    trails,
    buses,
    apiDestinations,
    functions,
    asyncInvocations,
    alarms,
    delivery,
    secretsManager,
  };
}

function forwardTo(deliver: Deliver): ConstructorParameters<typeof Topics>[2] {
  return (subscription, topic, delivery) => {
    if (subscription.protocol === 'chat') requireChatForm(delivery.message);
    if (subscription.protocol !== 'sqs' && subscription.protocol !== 'lambda') return;
    const parcel = notification(subscription, topic.arn, delivery);
    deliver(subscription.endpoint, parcel, {
      kind: 'service',
      service: 'sns.amazonaws.com',
      sourceArn: topic.arn,
    });
  };
}

interface MetricSources {
  readonly clock: MovableClock;
  readonly logs: LogStore;
  readonly metrics: MetricStore;
  readonly queues: Queues;
}

/** Metrics come out of log lines and queue lengths; the functions and rules record their own. */
function extractMetrics({ clock, logs, metrics, queues }: MetricSources): void {
  logs.onLine(({ group }, { message }) => {
    try {
      for (const record of parseEmbeddedMetrics(message)) metrics.record(record);
    } catch (error) {
      clock.report(error, `embedded metric in ${group}`);
    }
  });
  queues.onChange((QueueName, waiting) => {
    const identity = { namespace: 'AWS/SQS', dimensions: { QueueName } };
    metrics.setGauge({ ...identity, name: 'ApproximateNumberOfMessagesVisible' }, waiting);
  });
}
