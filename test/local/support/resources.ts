/** A role that Lambda may take on, with the given statements as its own policy. */
export function role(...statements: object[]): object {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      Path: '/test/',
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Principal: { Service: ['lambda.amazonaws.com', 'events.amazonaws.com'] },
          },
        ],
      },
      Policies: [
        {
          PolicyName: 'own',
          PolicyDocument: { Version: '2012-10-17', Statement: [WRITE_LOGS, ...statements] },
        },
      ],
    },
  };
}

const WRITE_LOGS = { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' };

export function allow(action: string, resource: unknown = '*'): object {
  return { Effect: 'Allow', Action: action, Resource: resource };
}

/** A function with a fixed name that runs an asset under the role `Role`. */
export function lambdaFunction(asset: string, properties: object = {}): object {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: asset,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: att('Role', 'Arn'),
      Code: { S3Bucket: 'assets', S3Key: `${asset}.zip` },
      ...properties,
    },
  };
}

/** Lets a service invoke a function. */
export function permission(functionId: string, service: string, source: object = {}): object {
  return {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: att(functionId, 'Arn'),
      Principal: service,
      ...source,
    },
  };
}

/** A queue with a fixed name; `admitting` is a service that may send to it. */
export function queue(name: string): object {
  return { Type: 'AWS::SQS::Queue', Properties: { QueueName: name } };
}

export function queuePolicy(queueId: string, service: string): object {
  return {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [ref(queueId)],
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: service },
            Action: 'sqs:SendMessage',
            Resource: att(queueId, 'Arn'),
          },
        ],
      },
    },
  };
}

export function att(logicalId: string, name: string): object {
  return { 'Fn::GetAtt': [logicalId, name] };
}

export function ref(name: string): object {
  return { Ref: name };
}
