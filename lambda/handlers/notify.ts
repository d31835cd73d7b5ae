import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SNSClient } from '@aws-sdk/client-sns';
import * as z from 'zod';
import { log } from '../aws/log.ts';
import { MessageBus } from '../aws/message-bus.ts';
import { Topics } from '../aws/topics.ts';
import { ENVIRONMENT } from '../contract.ts';
import { alarmMessageOf } from '../core/alarm-message.ts';
import type { AuditEvent } from '../core/audit-event.ts';
import { type Message, messageOf } from '../core/message.ts';
import { chatOf, mailOf } from '../core/message-form.ts';
import { type NotifyDeclaration, parseNotifyDeclaration, type TopicDeclaration } from '../declaration.ts';
import { readDeclaration, requireEnvironment } from './account-context.ts';

/**
 * How long the same incident is not told again, in milliseconds: a key that cannot be revoked is told every five
 * minutes. As long as the process lives; afterwards it is told once more.
 */
const QUIET_MS = { critical: 3_600_000, warning: 6 * 3_600_000, info: 0 } as const;

/** When this process told which incident. */
const toldHere = new Map<string, number>();

const audited = z.object({
  source: z.literal('rekey'),
  detail: z.looseObject({
    id: z.string(),
    event: z.string(),
    at: z.string(),
    severity: z.enum(['info', 'warning', 'critical']),
    account: z.string(),
    exchange: z.string().optional(),
    key: z.string().optional(),
    keyId: z.string().optional(),
    who: z.string(),
    reason: z.string(),
    message: z.string(),
    answer: z.enum(['tell', 'rotate', 'stop']).optional(),
    emergency: z.boolean().optional(),
    subAccount: z.string().optional(),
    since: z.string().optional(),
    sourceAddress: z.string().optional(),
    evidence: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  }),
});

const alarmed = z.object({
  source: z.literal('aws.cloudwatch'),
  detail: z.object({
    alarmName: z.string(),
    state: z.object({
      value: z.enum(['ALARM', 'OK']),
      reason: z.string().default(''),
      timestamp: z.string(),
    }),
    configuration: z.object({ description: z.string().default('') }).prefault({}),
  }),
});

const notifyEvent = z
  .discriminatedUnion('source', [audited, alarmed])
  .and(z.object({ account: z.string(), region: z.string() }));

type NotifyEvent = z.infer<typeof notifyEvent>;

/** What telling works with. */
export interface NotifyContext {
  readonly declaration: NotifyDeclaration;
  readonly topics: Pick<Topics, 'publish'>;
  readonly bus: Pick<MessageBus, 'put'>;
  readonly now: () => Date;
  /** When which incident was told last, in milliseconds; kept as long as the process lives. */
  readonly told: Map<string, number>;
}

const eventBridge = new EventBridgeClient({});
const topics = new Topics(new SNSClient({}));

/** What is deployed: `notify` between AWS and people. */
export async function handler(event: unknown): Promise<void> {
  const bus = new MessageBus(eventBridge, requireEnvironment(ENVIRONMENT.messageBus));
  const declaration = parseNotifyDeclaration(readDeclaration());
  await notify(event, { declaration, topics, bus, now: () => new Date(), told: toldHere });
}

/**
 * Writes the message about an audit event or an alarm and hands it to every channel. Each channel is tried, whatever
 * becomes of the others; if one fails the event is handed in again, and the others get the message twice.
 * @throws ZodError for anything else than an audit event or an alarm; Error if a channel did not take it
 */
export async function notify(event: unknown, context: NotifyContext): Promise<void> {
  const given = notifyEvent.parse(event);
  const now = context.now();
  const message = writeMessage(given, { now, runbookUrl: context.declaration.runbookUrl });
  if (isQuiet(message, { now, told: context.told })) return;
  const topics = context.declaration.topics.filter((topic) => wants(topic, message, given));
  const sent = await Promise.allSettled([
    context.bus.put(message),
    ...topics.map((topic) => context.topics.publish(publicationFor(topic, message, given))),
  ]);
  const failed = sent.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  if (failed.length > 0)
    throw new AggregateError(failed, `${failed.length} of ${sent.length} channels failed`);
  if (message.action === 'resolve') context.told.delete(message.incident);
  else context.told.set(message.incident, now.getTime());
  log.info('told', { incident: message.incident, about: message.about, account: message.account });
}

function writeMessage(given: NotifyEvent, setting: { now: Date; runbookUrl: string }): Message {
  if (given.source === 'rekey') return messageOf(given.detail as AuditEvent, setting);
  const { alarmName: name, state, configuration } = given.detail;
  const { value: to, timestamp: at, reason } = state;
  return alarmMessageOf({ name, to, at, reason, description: configuration.description }, setting);
}

function isQuiet(
  { incident, severity, action }: Message,
  { now, told }: { now: Date; told: ReadonlyMap<string, number> },
): boolean {
  if (action === 'resolve') return false;
  const last = told.get(incident) ?? Number.NEGATIVE_INFINITY;
  return now.getTime() - last < QUIET_MS[severity];
}

/** An alarm mails its beginning by itself, so that it arrives without this function. */
function wants(topic: TopicDeclaration, message: Message, { source }: NotifyEvent): boolean {
  if (topic.from === 'critical' && message.severity !== 'critical') return false;
  if (topic.account !== undefined && topic.account !== message.account) return false;
  return !(topic.hasAlarms && source === 'aws.cloudwatch' && message.action === 'trigger');
}

function publicationFor(
  { name, form }: TopicDeclaration,
  message: Message,
  { region, account }: NotifyEvent,
) {
  const partition = region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
  const topicArn = `arn:${partition}:sns:${region}:${account}:${name}`;
  if (form === 'chat') return { topicArn, message: chatOf(message) };
  const { subject, text } = mailOf(message);
  return { topicArn, subject, message: text };
}
