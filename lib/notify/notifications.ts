import { ArnFormat, Aws, Duration, Stack } from 'aws-cdk-lib';
import { EventBus, type IEventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import {
  accountTopicName,
  ENVIRONMENT,
  MESSAGE_BUS_NAME,
  NOTIFY_FUNCTION,
  TOPICS,
} from '../../lambda/contract.ts';
import type { TopicDeclaration } from '../../lambda/declaration.ts';
import type { Fleet } from '../config/fleet.ts';
import { alarmChanges, ignoreReplays, TOLD_EVENTS } from '../event-patterns.ts';
import { handlerCode } from '../function-code.ts';
import { type FunctionSurroundings, RekeyFunction } from '../rekey-function.ts';
import { ChatChannels, isChat } from './chat-channels.ts';
import { HttpsChannels, isHttps } from './https-channels.ts';
import { MessageTopic } from './message-topic.ts';
import { TOLD_BY_ALARM_ONLY } from './told-by-alarm.ts';

export interface NotificationsProps extends FunctionSurroundings {
  readonly fleet: Fleet;
  readonly deadLetters: IQueue;
}

type Told = TopicDeclaration & { readonly arn: string };

/**
 * How people are told: notify writes a message about every audit event from `warning` on and about alarms that no
 * event tells, publishes it to topics of mail and chat, and puts it on the bus of messages for channels that are
 * called over HTTPS. It reads no secret and calls no exchange; what it cannot do becomes a dead letter, and the
 * alarm on those mails without it.
 */
export class Notifications extends Construct {
  constructor(scope: Construct, id: string, { fleet, deadLetters, auditBus, ...rest }: NotificationsProps) {
    super(scope, id);
    const { encryptionKey } = rest;
    const messageBus = this.makeBus();
    const chat = fleet.channels.filter(isChat);
    const topics = [
      ...this.mailTopics(fleet, rest),
      ...(chat.length > 0 ? new ChatChannels(this, 'Chat', { channels: chat, encryptionKey }).topics : []),
    ];
    const notify = new RekeyFunction(this, 'Function', {
      ...rest,
      functionName: NOTIFY_FUNCTION,
      description: 'Rekey: writes what people are told',
      code: handlerCode('notify', {
        runbookUrl: fleet.runbookUrl,
        topics: topics.map(({ arn: _arn, ...topic }) => topic),
      }),
      timeout: Duration.seconds(30),
      memoryMegabytes: 256,
      environment: { [ENVIRONMENT.messageBus]: messageBus.eventBusArn },
      failures: { queue: deadLetters, retries: 2, maxAge: Duration.hours(6) },
    });
    notify.maySendTo(messageBus);
    this.letPublish(notify, topics, rest);
    const targets = [new LambdaFunction(notify, { deadLetterQueue: deadLetters })];
    const events = new Rule(this, 'Events', { eventBus: auditBus, eventPattern: TOLD_EVENTS, targets });
    ignoreReplays(events);
    new Rule(this, 'Alarms', { eventPattern: alarmChanges(TOLD_BY_ALARM_ONLY), targets });
    const channels = fleet.channels.filter(isHttps);
    new HttpsChannels(this, 'Https', { channels, messageBus, deadLetters, runbookUrl: fleet.runbookUrl });
  }

  private makeBus(): IEventBus {
    return new EventBus(this, 'Bus', {
      eventBusName: MESSAGE_BUS_NAME,
      description: 'Messages of Rekey to people',
    }) as IEventBus;
  }

  /** Topics by mail. Those of alarms are made elsewhere and have fixed names. */
  private mailTopics(
    { accounts, criticalEmails }: Fleet,
    { encryptionKey }: Pick<FunctionSurroundings, 'encryptionKey'>,
  ): Told[] {
    const told = (topic: Omit<Told, 'arn' | 'form'>): Told => ({
      ...topic,
      form: 'mail',
      arn: this.topicArn(topic.name),
    });
    const own = accounts.filter(({ extraEmails }) => extraEmails.length > 0);
    if (criticalEmails.length > 0) {
      const topicName = TOPICS.mailCritical;
      const topic = new MessageTopic(this, 'CriticalTopic', {
        ...{ topicName, displayName: 'Rekey alerts', encryptionKey },
      });
      for (const email of criticalEmails) topic.addSubscription(new EmailSubscription(email));
    }
    return [
      told({ name: TOPICS.mail, from: 'warning', hasAlarms: true }),
      ...(criticalEmails.length > 0
        ? [told({ name: TOPICS.mailCritical, from: 'critical', hasAlarms: false })]
        : []),
      ...own.map(({ declaration: { account } }) =>
        told({ name: accountTopicName(account), from: 'warning', account, hasAlarms: true }),
      ),
    ];
  }

  private letPublish(
    { functionRole }: RekeyFunction,
    topics: readonly Told[],
    { encryptionKey }: Pick<FunctionSurroundings, 'encryptionKey'>,
  ): void {
    functionRole.addToPolicy(
      new PolicyStatement({ actions: ['sns:Publish'], resources: topics.map(({ arn }) => arn) }),
    );
    // The same key keeps the secrets: it may be used on behalf of SNS only.
    functionRole.addToPolicy(
      new PolicyStatement({
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: [encryptionKey.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': `sns.${Aws.REGION}.amazonaws.com` } },
      }),
    );
  }

  private topicArn(name: string): string {
    return Stack.of(this).formatArn({
      service: 'sns',
      resource: name,
      arnFormat: ArnFormat.NO_RESOURCE_NAME,
    });
  }
}
