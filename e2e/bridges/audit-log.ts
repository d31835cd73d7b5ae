import { randomUUID } from 'node:crypto';
import { AUDIT_BUS_NAME, AUDIT_LOG_GROUP } from '../../lambda/contract.ts';
import type { Emulator } from '../emulator.ts';
import type { BridgeContext } from './bridge.ts';

const TARGET_ID = 'rekey-e2e-bridge';
const LOGS = 'Logs_20140328';

interface BusEvent {
  readonly 'detail-type': string;
  readonly time: string;
}

/** Whether EventBridge called, and not CloudFormation. */
export function isBusEvent(event: object): event is BusEvent {
  return 'detail-type' in event;
}

/**
 * The emulator's EventBridge delivers to functions, not to log groups. Each deployed rule with a log group as
 * its target gets the bridge function as a further one, so that the deployed pattern decides what is logged.
 * @returns the rules
 */
export async function connectAuditLog({ emulator }: BridgeContext, functionArn: string): Promise<string[]> {
  const rules = await rulesToLogGroups({ emulator });
  for (const Rule of rules) {
    const Targets = [{ Id: TARGET_ID, Arn: functionArn }];
    await emulator.json('events', 'AWSEvents.PutTargets', { Rule, EventBusName: AUDIT_BUS_NAME, Targets });
  }
  return rules;
}

/** A rule that still has a target cannot be deleted. */
export async function disconnectAuditLog({ emulator }: BridgeContext): Promise<void> {
  for (const Rule of await rulesToLogGroups({ emulator })) {
    const Ids = [TARGET_ID];
    await emulator.json('events', 'AWSEvents.RemoveTargets', { Rule, EventBusName: AUDIT_BUS_NAME, Ids });
  }
}

/** Writes an event as EventBridge would: the whole event as one line. */
export async function writeAuditLog(emulator: Emulator, event: object): Promise<void> {
  const logStreamName = `e2e-${randomUUID()}`;
  const stream = { logGroupName: AUDIT_LOG_GROUP, logStreamName };
  await emulator.json('logs', `${LOGS}.CreateLogStream`, stream);
  const logEvents = [{ timestamp: Date.now(), message: JSON.stringify(event) }];
  await emulator.json('logs', `${LOGS}.PutLogEvents`, { ...stream, logEvents });
}

async function rulesToLogGroups({ emulator }: Pick<BridgeContext, 'emulator'>): Promise<string[]> {
  const EventBusName = AUDIT_BUS_NAME;
  const { Rules } = (await emulator.json('events', 'AWSEvents.ListRules', { EventBusName })) as {
    Rules: { Name: string }[];
  };
  const found: string[] = [];
  for (const { Name: Rule } of Rules) {
    const { Targets } = (await emulator.json('events', 'AWSEvents.ListTargetsByRule', {
      Rule,
      EventBusName,
    })) as {
      Targets: { Arn: string }[];
    };
    if (Targets.some(({ Arn }) => Arn.startsWith('arn:aws:logs:'))) found.push(Rule);
  }
  return found;
}
