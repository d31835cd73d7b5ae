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
import type { AlarmDefinition } from './alarm-definition.ts';
import { ALARMS, RECONCILE_SLOW, SIGNS, SUSPECTED_COMPROMISE } from './alarm-list.ts';
import { addDeadLetterAlarm } from './dead-letter-alarm.ts';
import { addAlarm, addComposite } from './rekey-alarm.ts';

export interface AccountAlarmsProps {
  readonly account: string;
  readonly deadLetters: IQueue;
  readonly runbookUrl: string;
  readonly topics: readonly ITopic[];
}

/** The alarms of one exchange account. Their number, and so their cost, does not grow with its keys. */
export class AccountAlarms extends Construct {
  constructor(scope: Construct, id: string, { account, deadLetters, ...told }: AccountAlarmsProps) {
    super(scope, id);
    const made = ALARMS.map((definition) => ({
      name: definition.name,
      alarm: addAlarm(this, {
        ...told,
        definition,
        metric: metricOf(account, definition),
        owner: account,
        functionName: functionToLookAt(account, definition),
      }),
    }));
    const place = { ...told, owner: account, functionName: functionName(account, 'reconcile') };
    addAlarm(this, { ...place, definition: RECONCILE_SLOW, metric: durationOf(place.functionName) });
    addDeadLetterAlarm(this, { ...place, deadLetters });
    addComposite(this, {
      ...place,
      definition: SUSPECTED_COMPROMISE,
      anyOf: made.filter(({ name }) => SIGNS.includes(name)).map(({ alarm }) => alarm),
    });
  }
}

function functionToLookAt(account: string, { lookAt }: AlarmDefinition): string {
  return lookAt === 'watch-reads' ? WATCH_READS_FUNCTION : functionName(account, lookAt);
}

/** How long Lambda ran a function; a metric that AWS writes and does not charge for. */
function durationOf(name: string): Metric {
  return new Metric({
    namespace: 'AWS/Lambda',
    metricName: 'Duration',
    dimensionsMap: { FunctionName: name },
    statistic: RECONCILE_SLOW.statistic,
    period: Duration.minutes(RECONCILE_SLOW.periodMinutes),
  });
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
