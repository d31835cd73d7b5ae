import Table from 'cli-table3';
import { GAPS, nameOf } from './gaps.ts';
import type { Seen } from './story.ts';

/** What the run has shown. */
export interface Summary {
  readonly deployed: boolean;
  readonly resources: number;
  readonly rotated: boolean;
  readonly bridged: readonly string[];
  readonly notEmulated: readonly string[];
  readonly seconds: number;
}

/** What no resource type says: services of the emulator that stop short. */
const LIMITS: readonly string[] = [
  'Secrets Manager is our strict one: the emulator rotates without calling the function',
  'events of Secrets Manager are brought to the deployed rules\u2019 targets by us: PutEvents refuses sources aws.*',
  'EventBridge delivers nothing to log groups: the bridge function stands beside the audit log as a target',
  'alarms are deployed and not evaluated; policies of secrets and the KMS key are stored and not asked',
];

/** Counts from the deployments. */
export function summarise(seen: Seen, seconds: number): Summary {
  const namesOf = (answer: string) =>
    [...seen.gaps]
      .filter((gap) => gap.answer === answer)
      .map(nameOf)
      .sort();
  return {
    deployed: seen.deployed,
    resources: seen.resources,
    rotated: seen.rotated,
    bridged: namesOf('bridged'),
    notEmulated: namesOf('not emulated'),
    seconds: Math.round(seconds * 10) / 10,
  };
}

/** The table at the end. */
export function printSummary({
  seen,
  summary,
  say,
}: {
  seen: Seen;
  summary: Summary;
  say: (line: string) => void;
}): void {
  const table = new Table({ style: { head: [], border: [] }, colWidths: [26, 92], wordWrap: true });
  const how = (name: string) => GAPS.find((gap) => nameOf(gap) === name)?.how ?? '';
  table.push(
    ['deployed by the CDK CLI', summary.deployed ? `${summary.resources} resources` : 'no'],
    ['rotated by the functions', summary.rotated ? 'yes' : 'no'],
    ['audit events', seen.auditEvents],
    ['bridged', summary.bridged.map((name) => `${name}: ${how(name)}`).join('\n')],
    ['not emulated', summary.notEmulated.map((name) => `${name}: ${how(name)}`).join('\n')],
    ['limits', LIMITS.join('\n')],
    [
      'kept by cdk destroy',
      seen.kept.map(({ type, name }) => `${type.replace('Custom::', '')} ${name}`).join('\n'),
    ],
    ['seconds', summary.seconds],
  );
  say('');
  say('What was seen');
  say(table.toString());
}
