import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmStatusWidget,
  Color,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  type IWidget,
  MathExpression,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { ACCOUNT_DIMENSION, METRIC_NAMESPACE } from '../lambda/contract.ts';
import { metricOf } from './alarms/account-alarms.ts';
import { ACCOUNT_ALARMS, DEAD_LETTERS } from './alarms/alarm-list.ts';
import { alarmName } from './alarms/rekey-alarm.ts';
import { SHARED } from './config/check-accounts.ts';
import { GRAPHS, type Graph, type Series } from './dashboard-graphs.ts';
import { idPart } from './fixed.ts';

/** One value an hour. */
const PERIOD_MINUTES = 60;

export interface RekeyDashboardProps {
  readonly accounts: readonly string[];
}

/** One page for all accounts: the state of every alarm on top, then one graph a question. */
export class RekeyDashboard extends Dashboard {
  constructor(scope: Construct, id: string, { accounts }: RekeyDashboardProps) {
    super(scope, id, { dashboardName: 'rekey', defaultInterval: Duration.days(7) });
    for (const owner of accounts) {
      this.addWidgets(
        alarmsOf(
          this,
          owner,
          ACCOUNT_ALARMS.map(({ name }) => name),
        ),
      );
    }
    this.addWidgets(alarmsOf(this, SHARED, [DEAD_LETTERS.name]));
    this.addWidgets(...GRAPHS.map((graph) => graphOf(graph, accounts)));
  }
}

/** By name and not by reference: the accounts' stacks are made after this one. */
function alarmsOf(scope: Construct, owner: string, names: readonly string[]): IWidget {
  const alarms = names.map((name): IAlarm => {
    const alarmArn = Stack.of(scope).formatArn({
      service: 'cloudwatch',
      resource: 'alarm',
      resourceName: alarmName(owner, name),
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    return Alarm.fromAlarmArn(scope, `${idPart(owner)}${name}`, alarmArn);
  });
  return new AlarmStatusWidget({ title: owner, alarms, width: 24, height: 3 });
}

function graphOf({ title, over, series, stacked, unit, marks }: Graph, accounts: readonly string[]): IWidget {
  const left =
    over === 'fleet' ? series.map(addedUp) : accounts.map((account) => ofAccount(account, series[0]));
  return new GraphWidget({
    title,
    left,
    width: 8,
    stacked: stacked ?? false,
    leftYAxis: { min: 0, showUnits: false, ...(unit && { label: unit }) },
    leftAnnotations: (marks ?? []).map(({ value, label }) => ({ value, label, color: Color.RED })),
  });
}

function ofAccount(account: string, { metric, statistic }: Series): IMetric {
  return metricOf(account, { metric, statistic, periodMinutes: PERIOD_MINUTES }).with({ label: account });
}

/** By a search, so that the dashboard's text does not grow with the accounts. */
function addedUp({ metric, statistic, label, color }: Series): IMetric {
  const where = `{${METRIC_NAMESPACE},${ACCOUNT_DIMENSION}} MetricName="${metric}"`;
  const expression = `SUM(SEARCH('${where}', '${statistic}', ${PERIOD_MINUTES * 60}))`;
  return new MathExpression({ expression, label, color, period: Duration.minutes(PERIOD_MINUTES) });
}
