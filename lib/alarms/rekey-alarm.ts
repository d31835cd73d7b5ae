import { Aws } from 'aws-cdk-lib';
import { Alarm, type AlarmProps, AnomalyDetectionAlarm, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { AlarmDefinition } from './alarm-list.ts';

export interface RekeyAlarmProps {
  readonly definition: Omit<AlarmDefinition, 'metric' | 'lookAt'>;
  readonly metric: IMetric;
  /** Account, or the shared stack, that the alarm belongs to. */
  readonly owner: string;
  /** Function whose log tells more. */
  readonly functionName: string;
  readonly runbookUrl: string;
  readonly topics: readonly ITopic[];
}

/** Fixed name of an alarm, so that the dashboard finds it without a reference. */
export function alarmName(owner: string, name: string): string {
  return `rekey-${owner}-${name}`;
}

/** Makes an alarm from its definition. It says what is wrong, how urgent it is, and where to read on. */
export function addAlarm(scope: Construct, props: RekeyAlarmProps): void {
  const { definition, metric, owner, topics } = props;
  const [datapointsToAlarm, evaluationPeriods] = definition.bad;
  const common = {
    alarmName: alarmName(owner, definition.name),
    alarmDescription: description(props),
    comparisonOperator: definition.comparison,
    datapointsToAlarm,
    evaluationPeriods,
    treatMissingData: definition.missingData,
    metric,
  } satisfies Omit<AlarmProps, 'threshold'>;
  const { threshold } = definition;
  const alarm =
    typeof threshold === 'number'
      ? new Alarm(scope, definition.name, { ...common, threshold })
      : new AnomalyDetectionAlarm(scope, definition.name, {
          ...common,
          stdDevs: threshold.standardDeviations,
        });
  alarm.addAlarmAction(...topics.map((topic) => new SnsAction(topic)));
}

function description({ definition, functionName, runbookUrl }: RekeyAlarmProps): string {
  const console = `https://${Aws.REGION}.console.aws.amazon.com/lambda/home?region=${Aws.REGION}`;
  return [
    definition.wrong,
    `Severity: ${definition.severity}`,
    `Runbook: ${runbookUrl}#${anchorOf(definition.name)}`,
    `Function: ${console}#/functions/${functionName}`,
  ].join('\n');
}

/** `RotationFailed` as the runbook's heading is linked: `rotation-failed`. */
function anchorOf(name: string): string {
  return name.replace(/(?!^)([A-Z])/g, '-$1').toLowerCase();
}
