import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { METRICS } from '../../../lambda/contract.ts';
import { FULL_CONFIG } from '../fixture.ts';
import { resourcesOf, templatesOf } from '../templates.ts';

const DECISION = readFileSync('docs/decisions/0024-thresholds-and-bands.md', 'utf8');

test('decision 24 lists every alarm as it is deployed, and what they cost', () => {
  const { main } = templatesOf(FULL_CONFIG);
  const alarms = Object.values(resourcesOf(main, 'AWS::CloudWatch::Alarm'));
  const rows = [...DECISION.matchAll(/^\| (\w+)( †)? \| (warning|critical) \|/gm)];
  const deployed = alarms.map(({ Properties }) => [
    String(Properties.AlarmName).replace('rekey-main-', ''),
    /Severity: (\w+)/.exec(JSON.stringify(Properties.AlarmDescription))?.[1],
  ]);
  expect(rows.map(([, name, , severity]) => [name, severity]).sort()).toEqual(deployed.sort());
  const bands = alarms.filter(({ Properties }) => Properties.ThresholdMetricId !== undefined).length;
  const metrics = Object.keys(METRICS).length;
  const plain = alarms.length - bands;
  const usd = (amount: number) => amount.toFixed(2);
  expect(DECISION).toContain(`${metrics} metrics at 0.30, ${plain} alarms at 0.10`);
  const sum = [metrics * 0.3, plain * 0.1, bands * 0.3, 0.5];
  const total = sum.reduce((all, part) => all + part, 0);
  expect(DECISION).toContain(`${sum.map(usd).join(' + ')} = ${usd(total)} USD`);
});
