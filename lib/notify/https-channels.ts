import { createHash } from 'node:crypto';
import { Duration, SecretValue } from 'aws-cdk-lib';
import {
  ApiDestination,
  Authorization,
  Connection,
  EventField,
  HttpMethod,
  HttpParameter,
  type IApiDestination,
  type IEventBus,
  Rule,
  RuleTargetInput,
} from 'aws-cdk-lib/aws-events';
import { ApiDestination as ApiDestinationTarget } from 'aws-cdk-lib/aws-events-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { OtherChannel } from '../config/fleet.ts';
import { ignoreReplays, messagesFrom } from '../event-patterns.ts';

type HttpsChannel = Extract<OtherChannel, { type: 'pagerduty' | 'https' }>;

export interface HttpsChannelsProps {
  readonly channels: readonly HttpsChannel[];
  readonly messageBus: IEventBus;
  readonly deadLetters: IQueue;
  readonly runbookUrl: string;
}

/** @see https://developer.pagerduty.com/docs/events-api-v2/trigger-events/ (2026-11) */
const PAGERDUTY = 'https://events.pagerduty.com/v2/enqueue';
/** How long EventBridge tries; then the message is a dead letter, and its alarm mails while it still matters. */
const TRIES_FOR = Duration.hours(1);

/** Whether a channel is called over HTTPS. */
export function isHttps(channel: OtherChannel): channel is HttpsChannel {
  return channel.type === 'pagerduty' || channel.type === 'https';
}

/**
 * PagerDuty and any other endpoint, called by EventBridge: no function holds their secrets. The template names a
 * secret and does not have its value; CloudFormation hands it to the connection.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html (2026-11)
 */
export class HttpsChannels extends Construct {
  constructor(scope: Construct, id: string, props: HttpsChannelsProps) {
    super(scope, id);
    for (const channel of props.channels) this.add(channel, props);
  }

  private add(channel: HttpsChannel, { messageBus, deadLetters, runbookUrl }: HttpsChannelsProps): void {
    const id = idOf(channel);
    const connection = new Connection(this, `${id}Connection`, connectionTo(channel));
    const destination = new ApiDestination(this, `${id}Destination`, {
      connection,
      endpoint: channel.type === 'pagerduty' ? PAGERDUTY : channel.url,
      httpMethod: HttpMethod.POST,
      description: 'Rekey: messages to people',
    });
    const target = new ApiDestinationTarget(destination as IApiDestination, {
      deadLetterQueue: deadLetters,
      maxEventAge: TRIES_FOR,
      event:
        channel.type === 'pagerduty' ? pagerDutyEvent(runbookUrl) : RuleTargetInput.fromEventPath('$.detail'),
    });
    const rule = new Rule(this, `${id}Rule`, {
      eventBus: messageBus,
      eventPattern: messagesFrom(channel.from),
      targets: [target],
    });
    ignoreReplays(rule);
  }
}

/** The same for the same place, whatever else is configured. */
function idOf(channel: HttpsChannel): string {
  const place = channel.type === 'pagerduty' ? channel.secret : channel.url;
  const hash = createHash('sha256').update(place).digest('hex').slice(0, 8);
  return `${channel.type === 'pagerduty' ? 'PagerDuty' : 'Https'}${hash}`;
}

function connectionTo(channel: HttpsChannel) {
  const secret = SecretValue.secretsManager(channel.secret);
  const description = 'Rekey: messages to people';
  if (channel.type === 'https') {
    return { description, authorization: Authorization.apiKey(channel.header, secret) };
  }
  // Events API v2 wants its key in the body. A connection wants a header as well, and this one tells nothing.
  return {
    description,
    authorization: Authorization.apiKey('X-Sent-By', SecretValue.unsafePlainText('rekey')),
    bodyParameters: { routing_key: HttpParameter.fromSecret(secret) },
  };
}

/** The same incident has the same key, so that PagerDuty has it once however often it is told. */
function pagerDutyEvent(runbookUrl: string): RuleTargetInput {
  const field = (name: string) => EventField.fromPath(`$.detail.${name}`);
  return RuleTargetInput.fromObject({
    event_action: field('action'),
    dedup_key: field('incident'),
    client: 'Rekey',
    payload: {
      summary: field('title'),
      source: field('account'),
      severity: field('severity'),
      timestamp: field('at'),
      class: field('about'),
      custom_details: Object.fromEntries(
        ['what', 'since', 'did', 'next', 'runbook', 'evidence'].map((name) => [name, field(name)]),
      ),
    },
    ...(runbookUrl.startsWith('https://') && { links: [{ href: field('runbook'), text: 'Runbook' }] }),
  });
}
