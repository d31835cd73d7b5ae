/** A resource as a template has it. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly [attribute: string]: unknown;
}

/** Something in our templates that the emulator's CloudFormation refuses. */
export interface Gap {
  readonly type: string;
  /** A property that is refused while the type is known. Absent: the type itself is refused. */
  readonly property?: string;
  /** `bridged`: done through the emulator's API by us. `not emulated`: on paper only. */
  readonly answer: 'bridged' | 'not emulated';
  /** How it is bridged, or why it is not. */
  readonly how: string;
}

/** What MiniStack 1.5.33 refuses of our templates. Every run checks that each is still refused. */
export const GAPS: readonly Gap[] = [
  {
    type: 'AWS::SecretsManager::RotationSchedule',
    answer: 'bridged',
    how: 'RotateSecret with the schedule, on the strict Secrets Manager',
  },
  {
    type: 'AWS::SecretsManager::ResourcePolicy',
    answer: 'bridged',
    how: 'PutResourcePolicy, on the strict Secrets Manager',
  },
  { type: 'AWS::Events::Archive', answer: 'bridged', how: 'CreateArchive of the emulator' },
  { type: 'AWS::EC2::EIP', answer: 'bridged', how: 'AllocateAddress of the emulator' },
  { type: 'AWS::EC2::NatGateway', answer: 'bridged', how: 'CreateNatGateway of the emulator' },
  { type: 'AWS::EC2::FlowLog', answer: 'bridged', how: 'CreateFlowLogs of the emulator' },
  { type: 'AWS::CloudTrail::Trail', answer: 'bridged', how: 'CreateTrail and StartLogging of the emulator' },
  { type: 'AWS::CloudWatch::CompositeAlarm', answer: 'bridged', how: 'PutCompositeAlarm of the emulator' },
  {
    type: 'AWS::CloudWatch::Alarm',
    property: 'Metrics',
    answer: 'not emulated',
    how: 'no metric math and no anomaly bands; test/lib holds the template, nothing evaluates the alarm',
  },
];

/** How a gap is named in the output. */
export function nameOf({ type, property }: Gap): string {
  return property === undefined ? type : `${type} with ${property}`;
}

/** The gap that a resource falls into, if any. */
export function gapOf(resource: TemplateResource): Gap | undefined {
  return GAPS.find(
    ({ type, property }) =>
      type === resource.Type && (property === undefined || resource.Properties?.[property] !== undefined),
  );
}
