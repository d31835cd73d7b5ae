import { randomUUID } from 'node:crypto';
import { parseArn } from '../arn.ts';
import type { Services } from '../services.ts';
import type { GatewayAnswer, GatewayRequest } from './request.ts';

interface QueryContext {
  readonly request: GatewayRequest;
  readonly fields: URLSearchParams;
  readonly services: Services;
}

/** One operation: the XML of its answer. @throws QueryRefusal */
type QueryOperation = (context: QueryContext) => string;

class QueryRefusal extends Error {
  override readonly name = 'QueryRefusal';
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** The operations of services that speak the query protocol: of STS and of SNS one each. */
const OPERATIONS: Readonly<Record<string, QueryOperation>> = {
  GetCallerIdentity: getCallerIdentity,
  Publish: publish,
};

/** Answers a request in the query protocol; what the local cloud does not have it refuses by name. */
export function answerQuery(request: GatewayRequest, services: Services): GatewayAnswer {
  const fields = new URLSearchParams(request.body);
  const action = fields.get('Action') ?? '';
  try {
    const operation = Object.hasOwn(OPERATIONS, action) ? OPERATIONS[action] : undefined;
    if (!operation)
      throw new QueryRefusal('InvalidAction', 400, `the local cloud does not have the operation ${action}`);
    return xml(200, operation({ request, fields, services }));
  } catch (error) {
    if (!(error instanceof QueryRefusal)) throw error;
    const { code, status, message } = error;
    const inside = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`;
    return xml(status, `<ErrorResponse>${inside}</ErrorResponse>`);
  }
}

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
function getCallerIdentity({ request: { caller } }: QueryContext): string {
  const userId = caller.arn.split('/').at(-1) ?? '';
  const account = parseArn(caller.arn).accountId;
  const result = `<Arn>${escapeXml(caller.arn)}</Arn><UserId>${escapeXml(userId)}</UserId><Account>${account}</Account>`;
  return `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>${result}</GetCallerIdentityResult></GetCallerIdentityResponse>`;
}

const SUBJECT = /^[\x21-\x7e][\x20-\x7e]{0,98}$/;
const LARGEST_BYTES = 262_144;

/** @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html (2026-11) */
function publish({ request, fields, services: { topics, authorizer } }: QueryContext): string {
  const topicArn = fields.get('TopicArn') ?? '';
  const message = fields.get('Message') ?? '';
  const subject = fields.get('Subject') ?? undefined;
  const topic = topics.find(topicArn);
  const access = { action: 'sns:Publish', resource: topicArn };
  if (!topic) throw new QueryRefusal('NotFound', 404, 'Topic does not exist');
  if (!authorizer.mayCall(request.caller, { ...access, resourcePolicy: topic.policy }))
    throw new QueryRefusal('AuthorizationError', 403, `${request.caller.arn} may not publish to ${topicArn}`);
  if (subject !== undefined && !SUBJECT.test(subject))
    throw new QueryRefusal('InvalidParameter', 400, 'Invalid parameter: Subject');
  if (message === '' || Buffer.byteLength(message) > LARGEST_BYTES)
    throw new QueryRefusal('InvalidParameter', 400, 'Invalid parameter: Message');
  const id = topics.publish(topicArn, { subject, message });
  const result = `<PublishResult><MessageId>${id}</MessageId></PublishResult>`;
  const metadata = `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`;
  return `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">${result}${metadata}</PublishResponse>`;
}

function xml(status: number, body: string): GatewayAnswer {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
