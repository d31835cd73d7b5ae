import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import {
  ACCOUNT_DIMENSION,
  functionName,
  METRIC_NAMESPACE,
  WATCH_READS_FUNCTION,
} from '../../lambda/contract.ts';
import { ALARMS, type AlarmDefinition } from './alarm-list.ts';
import { addDeadLetterAlarm } from './dead-letter-alarm.ts';
import { addAlarm } from './rekey-alarm.ts';

export interface AccountAlarmsProps {
  readonly account: string;
  readonly deadLetters: IQueue;
  readonly runbookUrl: string;
  readonly topics: readonly ITopic[];
}

/** The alarms of one exchange account. Their number, and so their cost, does not grow with its keys. */
export class AccountAlarms extends Construct {
  constructor(scope: Construct, id: string, props: AccountAlarmsProps) {
    super(scope, id);
    for (const definition of ALARMS) {
      addAlarm(this, {
        ...props,
        definition,
        metric: metricOf(props.account, definition),
        owner: props.account,
        functionName: functionToLookAt(props.account, definition),
      });
    }
    addDeadLetterAlarm(this, {
      ...props,
      owner: props.account,
      functionName: functionName(props.account, 'reconcile'),
    });
  }
}

function functionToLookAt(account: string, { lookAt }: AlarmDefinition): string {
  return lookAt === 'watch-reads' ? WATCH_READS_FUNCTION : functionName(account, lookAt);
}

/** A metric of one exchange account. */
export function metricOf(
  account: string,
  source: Pick<AlarmDefinition, 'metric' | 'statistic' | 'periodMinutes'>,
): Metric {
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName: source.metric,
    dimensionsMap: { [ACCOUNT_DIMENSION]: account },
    statistic: source.statistic,
    period: Duration.minutes(source.periodMinutes),
  });
}
