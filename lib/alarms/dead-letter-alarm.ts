import { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { DEAD_LETTERS } from './alarm-list.ts';
import { addAlarm } from './rekey-alarm.ts';

export interface DeadLetterAlarmProps {
  readonly deadLetters: IQueue;
  readonly owner: string;
  readonly functionName: string;
  readonly runbookUrl: string;
  readonly topics: readonly ITopic[];
}

/** Tells that a dead-letter queue is not empty. */
export function addDeadLetterAlarm(scope: Construct, { deadLetters, ...props }: DeadLetterAlarmProps): void {
  const metric = deadLetters.metricApproximateNumberOfMessagesVisible({
    statistic: DEAD_LETTERS.statistic,
    period: Duration.minutes(DEAD_LETTERS.periodMinutes),
  });
  addAlarm(scope, { ...props, definition: DEAD_LETTERS, metric });
}
