import type { Emulator } from './emulator.ts';

/** One resource of a deployed stack. */
export interface Deployed {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
}

/** Something that happened to a resource. */
export interface StackEvent {
  readonly id: string;
  readonly logicalId: string;
  readonly type: string;
  readonly status: string;
}

/** What a stack holds, in the words of the emulator's CloudFormation. */
export async function listResources(emulator: Emulator, StackName: string): Promise<Deployed[]> {
  const found = await listAll(emulator, { Action: 'ListStackResources', StackName });
  return found.map((member) => ({
    logicalId: elementOf(member, 'LogicalResourceId'),
    physicalId: elementOf(member, 'PhysicalResourceId'),
    type: elementOf(member, 'ResourceType'),
  }));
}

/** Everything that happened to a stack's resources; a deleted stack is named by its id. */
export async function listEvents(emulator: Emulator, StackName: string): Promise<StackEvent[]> {
  const found = await listAll(emulator, { Action: 'DescribeStackEvents', StackName });
  return found.map((member) => ({
    id: elementOf(member, 'EventId'),
    logicalId: elementOf(member, 'LogicalResourceId'),
    type: elementOf(member, 'ResourceType'),
    status: elementOf(member, 'ResourceStatus'),
  }));
}

/**
 * What CloudFormation means to do, by logical id. A stack without a change set has no changes: the CDK CLI
 * throws an empty one away.
 */
export async function plannedChanges(emulator: Emulator, StackName: string, ChangeSetName: string) {
  const sets = await emulator.query('cloudformation', { Action: 'ListChangeSets', StackName });
  const isThere = sets.includes(`<ChangeSetName>${ChangeSetName}</ChangeSetName>`);
  const form = { Action: 'DescribeChangeSet', StackName, ChangeSetName };
  const answer = isThere ? await emulator.query('cloudformation', form) : '';
  const changes = [...answer.matchAll(/<ResourceChange>(.*?)<\/ResourceChange>/gs)].map(
    ([, text = '']) => text,
  );
  const idsOf = (tag: string, value: string) =>
    changes
      .filter((text) => elementOf(text, tag) === value)
      .map((text) => elementOf(text, 'LogicalResourceId'))
      .sort();
  return {
    added: idsOf('Action', 'Add'),
    removed: idsOf('Action', 'Remove'),
    changed: idsOf('Action', 'Modify'),
    replaced: idsOf('Replacement', 'True'),
  };
}

/** The id under which a stack can be asked for when it is gone. */
export async function stackId(emulator: Emulator, StackName: string): Promise<string> {
  return elementOf(
    await emulator.query('cloudformation', { Action: 'DescribeStacks', StackName }),
    'StackId',
  );
}

/** An output of a stack. @throws Error if there is none */
export async function outputOf(emulator: Emulator, StackName: string, key: string): Promise<string> {
  const answer = await emulator.query('cloudformation', { Action: 'DescribeStacks', StackName });
  const member = membersOf(answer).find((text) => elementOf(text, 'OutputKey') === key);
  if (member === undefined) throw new Error(`stack ${StackName} has no output ${key}`);
  return elementOf(member, 'OutputValue');
}

/** The names of the stacks that are there. */
export async function listStacks(emulator: Emulator): Promise<string[]> {
  const answer = await emulator.query('cloudformation', { Action: 'DescribeStacks' });
  return [...answer.matchAll(/<StackName>([^<]+)</g)].map(([, name = '']) => name);
}

async function listAll(emulator: Emulator, form: Readonly<Record<string, string>>): Promise<string[]> {
  const members: string[] = [];
  let NextToken = '';
  do {
    const answer = await emulator.query('cloudformation', { ...form, ...(NextToken && { NextToken }) });
    members.push(...membersOf(answer));
    NextToken = /<NextToken>([^<]+)</.exec(answer)?.[1] ?? '';
  } while (NextToken !== '');
  return members;
}

function membersOf(xml: string): string[] {
  return [...xml.matchAll(/<member>(.*?)<\/member>/gs)].map(([, text = '']) => text);
}

function elementOf(xml: string, name: string): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';
}
