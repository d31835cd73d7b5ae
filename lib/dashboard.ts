import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { METRICS } from '../lambda/contract.ts';
import { metricOf } from './alarms/account-alarms.ts';
import { ACCOUNT_ALARMS, DEAD_LETTERS } from './alarms/alarm-list.ts';
import { alarmName } from './alarms/rekey-alarm.ts';
import { SHARED } from './config/check-accounts.ts';
import { idPart } from './fixed.ts';

interface Graph {
  readonly title: string;
  readonly metric: string;
  readonly statistic: 'Sum' | 'Maximum';
}

const GRAPHS: readonly Graph[] = [
  { title: 'Keys retiring', metric: METRICS.retiringKeys, statistic: 'Maximum' },
  { title: 'Revocations overdue', metric: METRICS.revocationsOverdue, statistic: 'Maximum' },
  { title: 'Rotations overdue', metric: METRICS.rotationsOverdue, statistic: 'Maximum' },
  { title: 'Rotation steps failed', metric: METRICS.rotationFailures, statistic: 'Sum' },
  { title: 'Orphan keys', metric: METRICS.orphanKeys, statistic: 'Maximum' },
  { title: 'Foreign keys', metric: METRICS.foreignKeys, statistic: 'Maximum' },
  { title: 'Keys that drifted', metric: METRICS.driftedKeys, statistic: 'Maximum' },
  { title: 'Keys missing', metric: METRICS.keysMissing, statistic: 'Maximum' },
  { title: 'Age of the oldest key, days', metric: METRICS.oldestKeyDays, statistic: 'Maximum' },
  { title: 'Reads', metric: METRICS.reads, statistic: 'Sum' },
  { title: 'Undeclared reads', metric: METRICS.undeclaredReads, statistic: 'Sum' },
  { title: 'Denied reads', metric: METRICS.deniedReads, statistic: 'Sum' },
];

export interface RekeyDashboardProps {
  readonly accounts: readonly string[];
}

/** One page for all accounts: the state of every alarm on top, then one graph a question, one line an account. */
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

function graphOf({ title, metric, statistic }: Graph, accounts: readonly string[]): IWidget {
  const left = accounts.map((account) =>
    metricOf(account, { metric, statistic, periodMinutes: 60 }).with({ label: account }),
  );
  return new GraphWidget({ title, left, width: 8, leftYAxis: { min: 0 } });
}
