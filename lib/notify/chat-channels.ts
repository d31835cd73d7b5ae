import { Aws } from 'aws-cdk-lib';
import { CfnMicrosoftTeamsChannelConfiguration, CfnSlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { TOPICS } from '../../lambda/contract.ts';
import type { TopicDeclaration } from '../../lambda/declaration.ts';
import type { OtherChannel } from '../config/fleet.ts';
import { MessageTopic } from './message-topic.ts';

type ChatChannel = Extract<OtherChannel, { type: 'slack' | 'teams' }>;
type From = ChatChannel['from'];

export interface ChatChannelsProps {
  /** At least one. */
  readonly channels: readonly ChatChannel[];
  readonly encryptionKey: IKey;
}

/** Whether a channel is one of a chat application. */
export function isChat(channel: OtherChannel): channel is ChatChannel {
  return channel.type === 'slack' || channel.type === 'teams';
}

/**
 * Slack and Teams through Amazon Q Developer in chat applications. It shows messages and can do nothing: the role
 * has no policy, and the guardrail denies everything, so that nobody in a channel gives orders to AWS.
 * @see https://docs.aws.amazon.com/chatbot/latest/adminguide/understanding-permissions.html (2026-11)
 */
export class ChatChannels extends Construct {
  readonly topics: readonly (TopicDeclaration & { readonly arn: string })[];

  constructor(scope: Construct, id: string, { channels, encryptionKey }: ChatChannelsProps) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      description: 'Rekey: shows messages in chat channels, and may do nothing',
      assumedBy: new ServicePrincipal('chatbot.amazonaws.com'),
    });
    const levels = (['warning', 'critical'] as const).filter((from) =>
      channels.some((channel) => channel.from === from),
    );
    this.topics = levels.map((from) => {
      const topic = this.addTopic(from, encryptionKey);
      for (const channel of channels) if (channel.from === from) this.add(channel, topic, role);
      const name = from === 'critical' ? TOPICS.chatCritical : TOPICS.chat;
      return { name, form: 'chat', from, hasAlarms: false, arn: topic.topicArn };
    });
  }

  private addTopic(from: From, encryptionKey: IKey): ITopic {
    const [id, topicName] =
      from === 'critical'
        ? (['CriticalTopic', TOPICS.chatCritical] as const)
        : (['Topic', TOPICS.chat] as const);
    return new MessageTopic(this, id, { topicName, displayName: 'Rekey chat', encryptionKey });
  }

  private add(channel: ChatChannel, topic: ITopic, role: Role): void {
    const common = {
      iamRoleArn: role.roleArn,
      snsTopicArns: [topic.topicArn],
      guardrailPolicies: [`arn:${Aws.PARTITION}:iam::aws:policy/AWSDenyAll`],
      loggingLevel: 'ERROR',
    };
    if (channel.type === 'slack') {
      const { workspaceId: slackWorkspaceId, channelId: slackChannelId } = channel;
      const configurationName = `rekey-${slackChannelId}`;
      new CfnSlackChannelConfiguration(this, `Slack${slackChannelId}`, {
        ...{ ...common, configurationName, slackWorkspaceId, slackChannelId },
      });
      return;
    }
    const { teamId, tenantId: teamsTenantId, channelId: teamsChannelId } = channel;
    const word = teamsChannelId.replace(/[^A-Za-z0-9]/g, '');
    new CfnMicrosoftTeamsChannelConfiguration(this, `Teams${word}`, {
      ...{
        ...common,
        configurationName: `rekey-${word.slice(0, 100)}`,
        teamId,
        teamsTenantId,
        teamsChannelId,
      },
    });
  }
}
