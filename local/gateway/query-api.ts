import { parseArn } from '../arn.ts';
import type { LocalCaller } from '../iam/principals.ts';
import type { GatewayAnswer, GatewayRequest } from './request.ts';

/**
 * The services that speak the query protocol. Of those there is only STS, and of STS only `GetCallerIdentity`.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export function answerQuery({ body, caller }: GatewayRequest): GatewayAnswer {
  const action = new URLSearchParams(body).get('Action');
  if (action !== 'GetCallerIdentity') {
    const message = `the local cloud does not have the operation ${action}`;
    const error = `<Error><Type>Sender</Type><Code>InvalidAction</Code><Message>${escapeXml(message)}</Message></Error>`;
    return xml(400, `<ErrorResponse>${error}</ErrorResponse>`);
  }
  const result = `<GetCallerIdentityResult>${identity(caller)}</GetCallerIdentityResult>`;
  const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';
  return xml(200, `<GetCallerIdentityResponse xmlns="${namespace}">${result}</GetCallerIdentityResponse>`);
}

function identity({ arn }: LocalCaller): string {
  const userId = arn.split('/').at(-1) ?? '';
  const account = parseArn(arn).accountId;
  return `<Arn>${escapeXml(arn)}</Arn><UserId>${escapeXml(userId)}</UserId><Account>${account}</Account>`;
}

function xml(status: number, body: string): GatewayAnswer {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
