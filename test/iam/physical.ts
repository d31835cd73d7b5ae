import { AWS_ACCOUNT, REGION } from './fleet.ts';

/** A resource of a template under the name and ARN that a deployment would give it. */
export interface Physical {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly ref: string;
  readonly arn: string;
}

/** A resource's properties after the intrinsic functions have been put in, and where it stands. */
interface Made {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** Text of a property; undefined if there is none. */
  readonly text: (property: string) => string | undefined;
}

type Names = Pick<Physical, 'ref' | 'arn'>;

/** Secrets Manager ends every ARN in six characters of its own. */
const ARN_SUFFIX = 'AbCdEf';
const KEY_ID = '11111111-1111-4111-8111-111111111111';

const NAMES: Readonly<Record<string, (made: Made) => Names>> = {
  'AWS::SecretsManager::Secret': ({ text }) => {
    const arn = arnOf('secretsmanager', `secret:${text('Name')}-${ARN_SUFFIX}`);
    return { ref: arn, arn };
  },
  'AWS::Lambda::Function': ({ text }) => named(text('FunctionName'), 'lambda', 'function:'),
  'AWS::IAM::Role': (made) => {
    const name = made.text('RoleName') ?? generated(made);
    return { ref: name, arn: `arn:aws:iam::${AWS_ACCOUNT}:role${made.text('Path') ?? '/'}${name}` };
  },
  'AWS::Events::EventBus': ({ text }) => named(text('Name'), 'events', 'event-bus/'),
  'AWS::Events::Archive': ({ text }) => named(text('ArchiveName'), 'events', 'archive/'),
  'AWS::Events::Rule': (made) => {
    const bus = made.text('EventBusName');
    return named(generated(made), 'events', bus ? `rule/${bus}/` : 'rule/');
  },
  'AWS::Events::ApiDestination': (made) => named(generated(made), 'events', 'api-destination/'),
  'AWS::Logs::LogGroup': ({ text }) => {
    const { ref, arn } = named(text('LogGroupName'), 'logs', 'log-group:');
    return { ref, arn: `${arn}:*` };
  },
  'AWS::SQS::Queue': (made) => named(generated(made), 'sqs', ''),
  'AWS::SNS::Topic': ({ text }) => {
    const { arn } = named(text('TopicName'), 'sns', '');
    return { ref: arn, arn };
  },
  'AWS::S3::Bucket': (made) => {
    const name = generated(made).toLowerCase();
    return { ref: name, arn: `arn:aws:s3:::${name}` };
  },
  'AWS::KMS::Key': () => named(KEY_ID, 'kms', 'key/'),
  'AWS::CloudTrail::Trail': ({ text }) => named(text('TrailName'), 'cloudtrail', 'trail/'),
  'AWS::CloudWatch::Alarm': ({ text }) => named(text('AlarmName'), 'cloudwatch', 'alarm:'),
  'AWS::CloudWatch::CompositeAlarm': ({ text }) => named(text('AlarmName'), 'cloudwatch', 'alarm:'),
};

/** Whether resources of this type have a name and ARN here; no policy may refer to any other. */
export function isNamed(type: string): boolean {
  return type in NAMES;
}

/** @throws Error for a type whose names are not known */
export function physicalOf(made: Made): Physical {
  const names = NAMES[made.type];
  if (!names) throw new Error(`a policy refers to ${made.logicalId}, of a type that has no ARN here`);
  const { stack, logicalId, type } = made;
  return { stack, logicalId, type, ...names(made) };
}

/** ARN of something in the fleet's AWS account and Region. */
export function arnOf(service: string, rest: string): string {
  return `arn:aws:${service}:${REGION}:${AWS_ACCOUNT}:${rest}`;
}

function named(name: string | undefined, service: string, before: string): Names {
  if (!name) throw new Error(`a resource of ${service} has no fixed name`);
  return { ref: name, arn: arnOf(service, `${before}${name}`) };
}

/** CloudFormation's own name for what has no fixed one; the random end left out. */
function generated({ stack, logicalId }: Made): string {
  return `${stack}-${logicalId}`;
}
