import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { standsFor } from './adapt-template.ts';
import { archive } from './bridges/archive.ts';
import { isBusEvent, writeAuditLog } from './bridges/audit-log.ts';
import type { Bridge, BridgeContext } from './bridges/bridge.ts';
import { compositeAlarm } from './bridges/composite-alarm.ts';
import { address, flowLog, natGateway } from './bridges/network.ts';
import { resourcePolicy, rotationSchedule } from './bridges/secrets.ts';
import { trail } from './bridges/trail.ts';
import { ACCOUNT, REGION } from './emulator.ts';
import { bareEnvironment, run } from './process.ts';
import type { Python } from './python.ts';

const FUNCTION_NAME = 'rekey-e2e-bridge';
export const BRIDGE_FUNCTION_ARN = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${FUNCTION_NAME}`;

const BRIDGES: Readonly<Record<string, Bridge>> = {
  'AWS::SecretsManager::RotationSchedule': rotationSchedule,
  'AWS::SecretsManager::ResourcePolicy': resourcePolicy,
  'AWS::Events::Archive': archive,
  'AWS::EC2::EIP': address,
  'AWS::EC2::NatGateway': natGateway,
  'AWS::EC2::FlowLog': flowLog,
  'AWS::CloudTrail::Trail': trail,
  'AWS::CloudWatch::CompositeAlarm': compositeAlarm,
};

/** Has no credentials and no SDK: it hands over what it is given. */
const FUNCTION_CODE = `exports.handler = async (event) => {
  const answer = await fetch(process.env.BRIDGE_URL, { method: 'POST', body: JSON.stringify(event) });
  if (!answer.ok) throw new Error(await answer.text());
};
`;

/** Where the bridge function hands over what it is given. */
export interface BridgeServer {
  readonly url: string;
  /** What went wrong so far; a deployment fails with it. */
  readonly faults: readonly string[];
  stop(): Promise<void>;
}

/** Starts listening on 127.0.0.1 for what the bridge function hands over. */
export async function startBridge(context: () => BridgeContext): Promise<BridgeServer> {
  const faults: string[] = [];
  const server = createServer((request, response) => {
    void answer(request, response, { context: context(), faults });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, faults, stop };
}

/** Deploys the function through which CloudFormation and EventBridge of the emulator reach the bridge. */
export async function deployBridgeFunction(
  { emulator }: BridgeContext,
  url: string,
  { python, folder }: { python: Python; folder: string },
): Promise<void> {
  const code = join(folder, 'index.js');
  writeFileSync(code, FUNCTION_CODE);
  const zip = [python.bin('python'), '-c', ZIP_TO_STDOUT, code];
  const { stdout } = await run(zip, { environment: bareEnvironment(folder) });
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
  });
  await emulator.query('iam', { Action: 'CreateRole', RoleName: FUNCTION_NAME, AssumeRolePolicyDocument });
  const client = new LambdaClient(emulator.client);
  await client.send(
    new CreateFunctionCommand({
      FunctionName: FUNCTION_NAME,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: `arn:aws:iam::${ACCOUNT}:role/${FUNCTION_NAME}`,
      Code: { ZipFile: Buffer.from(stdout, 'base64') },
      Environment: { Variables: { BRIDGE_URL: url } },
      Timeout: 120,
    }),
  );
  client.destroy();
}

const ZIP_TO_STDOUT = `
import base64, io, sys, zipfile
out = io.BytesIO()
with zipfile.ZipFile(out, "w") as zip:
    zip.write(sys.argv[1], "index.js")
print(base64.b64encode(out.getvalue()).decode())
`;

interface CustomResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResponseURL: string;
  readonly ResourceType: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: Readonly<Record<string, unknown>>;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { context, faults }: { context: BridgeContext; faults: string[] },
): Promise<void> {
  try {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const event = JSON.parse(body) as CustomResourceEvent;
    if (isBusEvent(event)) await writeAuditLog(context.emulator, event);
    else await answerCloudFormation(context, event, faults);
    response.writeHead(200).end();
  } catch (error) {
    faults.push(messageOf(error));
    response.writeHead(500).end(messageOf(error));
  }
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html (2026-11) */
async function answerCloudFormation(
  context: BridgeContext,
  event: CustomResourceEvent,
  faults: string[],
): Promise<void> {
  const { StackId, RequestId, LogicalResourceId, ResponseURL } = event;
  const outcome = await act(context, event).catch((error: unknown) => {
    const Reason = `${event.RequestType} of ${LogicalResourceId}: ${messageOf(error)}`;
    faults.push(Reason);
    return { Status: 'FAILED', Reason, PhysicalResourceId: event.PhysicalResourceId ?? RequestId };
  });
  const body = JSON.stringify({ StackId, RequestId, LogicalResourceId, ...outcome });
  await context.emulator.send('PUT', ResponseURL, body);
}

async function act(context: BridgeContext, event: CustomResourceEvent): Promise<object> {
  const type = standsFor(event.ResourceType);
  const bridge = BRIDGES[type];
  if (!bridge) throw new Error(`there is no bridge for ${type}`);
  const { ServiceToken: _token, ServiceTimeout: _timeout, ...properties } = event.ResourceProperties;
  if (event.RequestType === 'Delete') {
    await bridge.remove(context, properties, event.PhysicalResourceId ?? '');
    return { Status: 'SUCCESS', PhysicalResourceId: event.PhysicalResourceId };
  }
  const made = await bridge.apply(context, properties, event.PhysicalResourceId);
  return { Status: 'SUCCESS', PhysicalResourceId: made.physicalId, Data: made.attributes ?? {} };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
