import { Aws, type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  Architecture,
  type CfnFunction,
  type Code,
  Function as LambdaFunction,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { ENVIRONMENT, METRIC_NAMESPACE, ROLE_PATH, roleName } from '../lambda/contract.ts';
import { acknowledge } from './acknowledge.ts';
import { functionArn } from './arns.ts';
import type { NetworkPlace } from './egress.ts';

/** What every function of Rekey is given. */
export interface FunctionSurroundings {
  readonly auditBus: IEventBus;
  readonly encryptionKey: IKey;
  readonly logRetentionDays: number;
}

export interface RekeyFunctionProps extends Omit<FunctionSurroundings, 'auditBus'> {
  /** The bus of what the function tells. @default it tells nothing */
  readonly auditBus?: IEventBus;
  /** Further environment variables. @default none */
  readonly environment?: Readonly<Record<string, string>>;
  /** Fixed name, from `contract.ts`. */
  readonly functionName: string;
  readonly description: string;
  readonly code: Code;
  readonly timeout: Duration;
  readonly memoryMegabytes: number;
  /** Where the function runs. @default outside any VPC */
  readonly network?: NetworkPlace | undefined;
  /** For functions that are invoked by events: where an event goes that could not be handled. */
  readonly failures?: { readonly queue: IQueue; readonly retries: 0 | 1 | 2; readonly maxAge: Duration };
}

/**
 * A function with its own role and log group. The role may write its log and, if it has a bus, send audit events;
 * everything else is added by whoever makes the function. No reserved concurrency: below about ten, rotation loops.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot_rotation.html (2026-11)
 */
export class RekeyFunction extends LambdaFunction {
  readonly functionRole: Role;

  constructor(scope: Construct, id: string, props: RekeyFunctionProps) {
    const role = makeRole(scope, `${id}Role`, props.functionName);
    super(scope, id, {
      functionName: props.functionName,
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: props.code,
      role,
      timeout: props.timeout,
      memorySize: props.memoryMegabytes,
      environment: {
        ...(props.auditBus && { [ENVIRONMENT.auditBus]: props.auditBus.eventBusArn }),
        ...props.environment,
        POWERTOOLS_SERVICE_NAME: props.functionName,
        POWERTOOLS_METRICS_NAMESPACE: METRIC_NAMESPACE,
      },
      logGroup: makeLogGroup(scope, `${id}Log`, props),
      ...(props.failures && {
        deadLetterQueue: props.failures.queue,
        retryAttempts: props.failures.retries,
        maxEventAge: props.failures.maxAge,
      }),
    });
    this.functionRole = role;
    if (props.auditBus) this.maySendTo(props.auditBus);
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [this.logGroup.logGroupArn],
      }),
    );
    if (props.network) this.placeIn(props.network, props.functionName);
  }

  /** Lets the function put events on a bus. */
  maySendTo({ eventBusArn }: IEventBus): void {
    this.functionRole.addToPolicy(
      new PolicyStatement({ actions: ['events:PutEvents'], resources: [eventBusArn] }),
    );
  }

  private placeIn({ subnetIds, securityGroupIds }: NetworkPlace, functionName: string): void {
    (this.node.defaultChild as CfnFunction).vpcConfig = {
      subnetIds: [...subnetIds],
      securityGroupIds: [...securityGroupIds],
    };
    this.functionRole.addToPolicy(new PolicyStatement({ actions: INTERFACE_ACTIONS, resources: ['*'] }));
    // Lambda itself needs these to attach the function; the function's code does not.
    this.functionRole.addToPolicy(
      new PolicyStatement({
        effect: Effect.DENY,
        actions: INTERFACE_ACTIONS,
        resources: ['*'],
        conditions: { ArnEquals: { 'lambda:SourceFunctionArn': functionArn(Stack.of(this), functionName) } },
      }),
    );
    acknowledge(this.functionRole, {
      'AwsSolutions-IAM5[Resource::*]':
        'Network interfaces are made by Lambda and have no names beforehand; the same actions are denied to the code.',
    });
  }
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html (2026-11) */
const INTERFACE_ACTIONS = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

function makeRole(scope: Construct, id: string, functionName: string): Role {
  return new Role(scope, id, {
    path: ROLE_PATH,
    roleName: roleName(functionName, Aws.REGION),
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
  });
}

function makeLogGroup(scope: Construct, id: string, props: RekeyFunctionProps): LogGroup {
  return new LogGroup(scope, id, {
    logGroupName: `/aws/lambda/${props.functionName}`,
    retention: props.logRetentionDays,
    encryptionKey: props.encryptionKey,
    removalPolicy: RemovalPolicy.DESTROY,
  });
}
