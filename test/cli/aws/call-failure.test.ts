import { describe, expect, it } from 'vitest';
import { type Call, explainFailure } from '../../../cli/aws/call-failure.ts';

const CALL: Call = { target: {}, action: 'lambda:InvokeFunction', resource: 'function rekey-main-operate' };

function fault(name: string, code?: string, message = 'SECRET-4711'): Error {
  return Object.assign(new Error(message), { name, ...(code && { code }) });
}

describe('a call to AWS that fails', () => {
  it.each([
    { error: fault('CredentialsProviderError'), says: /^no AWS credentials were found: sign in/ },
    {
      error: fault('ExpiredTokenException'),
      says: /^AWS does not accept the credentials \(ExpiredTokenException\): sign in/,
    },
    { error: fault('UnrecognizedClientException'), says: /sign in again$/ },
    {
      error: fault('AccessDeniedException'),
      says: /^these AWS credentials may not call lambda:InvokeFunction on function rekey-main-operate: .*docs\/cli\.md/,
    },
    {
      error: fault('ResourceNotFoundException'),
      says: /^function rekey-main-operate does not exist .*: deploy it \(npx cdk deploy --all\), or set AWS_PROFILE/,
    },
    { error: fault('TooManyRequestsException'), says: /try again in a minute$/ },
    { error: fault('Error', undefined, 'Region is missing'), says: /^no AWS Region is set: set AWS_REGION/ },
    { error: fault('Error', 'ENOTFOUND'), says: /^AWS cannot be reached/ },
    { error: fault('TimeoutError'), says: /^no answer came to lambda:InvokeFunction: try again$/ },
    { error: fault('Error', 'ECONNRESET'), says: /^no answer came/ },
    {
      error: fault('OddException'),
      says: /^lambda:InvokeFunction on function rekey-main-operate failed: OddException$/,
    },
    { error: 'no error at all', says: /failed: UnknownError$/ },
  ])('is told in one line that says what to do: $says', ({ error, says }) => {
    const { message } = explainFailure(error, CALL);
    expect(message).toMatch(says);
    expect(message).not.toMatch(/\n|SECRET-4711/);
  });

  it('says of a lost answer what follows from it', () => {
    expect(explainFailure(fault('TimeoutError'), { ...CALL, ifLost: 'look first' }).message).toBe(
      'no answer came to lambda:InvokeFunction: look first',
    );
  });
});
