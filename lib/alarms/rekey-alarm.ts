import { Aws } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmBase,
  type AlarmProps,
  AlarmRule,
  AlarmState,
  AnomalyDetectionAlarm,
  CompositeAlarm,
  type IAlarm,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { AlarmText, MetricAlarm } from './alarm-definition.ts';
import { actsOnTopic } from './alarm-list.ts';

/** What an alarm belongs to and sends people to. */
interface AlarmPlace {
  /** Account, or the shared stack, that the alarm belongs to. */
  readonly owner: string;
  /** Function whose log tells more. */
  readonly functionName: string;
  readonly runbookUrl: string;
  readonly topics: readonly ITopic[];
}

export interface RekeyAlarmProps extends AlarmPlace {
  readonly definition: MetricAlarm;
  readonly metric: IMetric;
}

export interface RekeyCompositeProps extends AlarmPlace {
  readonly definition: AlarmText;
  readonly anyOf: readonly IAlarm[];
}

/** Fixed name of an alarm, so that the dashboard finds it without a reference. */
export function alarmName(owner: string, name: string): string {
  return `rekey-${owner}-${name}`;
}

/** Makes an alarm from its definition. It says what is wrong, how urgent it is, and where to read on. */
export function addAlarm(scope: Construct, props: RekeyAlarmProps): AlarmBase {
  const { definition, metric, owner } = props;
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
  tell(alarm, props);
  return alarm;
}

/** Makes an alarm that is in ALARM while any of some others is. */
export function addComposite(scope: Construct, { anyOf, ...props }: RekeyCompositeProps): void {
  const { name } = props.definition;
  const alarm = new CompositeAlarm(scope, name, {
    compositeAlarmName: alarmName(props.owner, name),
    alarmDescription: description(props),
    alarmRule: AlarmRule.anyOf(...anyOf.map((one) => AlarmRule.fromAlarm(one, AlarmState.ALARM))),
  });
  tell(alarm, props);
}

function tell(alarm: AlarmBase, { definition, topics }: AlarmPlace & { definition: AlarmText }): void {
  if (actsOnTopic(definition)) alarm.addAlarmAction(...topics.map((topic) => new SnsAction(topic)));
}

function description({
  definition,
  functionName,
  runbookUrl,
}: AlarmPlace & { definition: AlarmText }): string {
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
