import { printable } from '../printable.ts';
import { NotDoneError } from '../problem.ts';
import type { Target } from './target.ts';

/** A call to AWS, as far as an error tells of it. */
export interface Call {
  readonly target: Target;
  /** As in an IAM policy: `lambda:InvokeFunction`. */
  readonly action: string;
  readonly resource: string;
  /** What a caller must know whose answer was lost. */
  readonly ifLost?: string;
}

/** One line that says what to do, for everything that an operator can put right. */
export function explainFailure(error: unknown, call: Call): NotDoneError {
  const name = error instanceof Error ? error.name : 'UnknownError';
  const explain = EXPLANATIONS.find(({ fits }) => fits(name, error))?.explain ?? unforeseen;
  return new NotDoneError(printable(explain(call, name)), { cause: error });
}

interface Explanation {
  readonly fits: (name: string, error: unknown) => boolean;
  readonly explain: (call: Call, name: string) => string;
}

const LOCAL_START = 'start it with npm run local';

const EXPLANATIONS: readonly Explanation[] = [
  { fits: named('CredentialsProviderError', 'TokenProviderError'), explain: noCredentials },
  {
    fits: named(
      'ExpiredTokenException',
      'ExpiredToken',
      'UnrecognizedClientException',
      'InvalidClientTokenId',
      'InvalidSignatureException',
    ),
    explain: (_, name) => `AWS does not accept the credentials (${name}): sign in again`,
  },
  { fits: named('AccessDeniedException', 'AccessDenied'), explain: denied },
  { fits: named('ResourceNotFoundException'), explain: notDeployed },
  {
    fits: named('ThrottlingException', 'TooManyRequestsException', 'LimitExceededException'),
    explain: ({ action }) => `AWS limits the rate of ${action}: try again in a minute`,
  },
  {
    fits: isRegionMissing,
    explain: () => 'no AWS Region is set: set AWS_REGION, or AWS_PROFILE to a profile with one',
  },
  { fits: isUnreachable, explain: unreachable },
  { fits: named('TimeoutError', 'AbortError'), explain: lost },
  { fits: hasCode('ECONNRESET', 'EPIPE', 'ETIMEDOUT'), explain: lost },
];

function named(...names: string[]): Explanation['fits'] {
  return (name) => names.includes(name);
}

function hasCode(...codes: string[]): Explanation['fits'] {
  return (_, error) => codes.includes(codeOf(error) ?? '');
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}

/** The SDK has no class for this. */
function isRegionMissing(_: string, error: unknown): boolean {
  return error instanceof Error && error.message === 'Region is missing';
}

/** Nothing was sent. */
function isUnreachable(_: string, error: unknown): boolean {
  return ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'].includes(
    codeOf(error) ?? '',
  );
}

function noCredentials(): string {
  return 'no AWS credentials were found: sign in (aws sso login, AWS_PROFILE or AWS_ACCESS_KEY_ID), or use --local';
}

function denied({ action, resource }: Call): string {
  return `these AWS credentials may not call ${action} on ${resource}: use others or have it allowed (docs/cli.md, Permissions)`;
}

function notDeployed({ target, resource }: Call): string {
  if (target.local) return `${resource} is not in the local cloud: ${LOCAL_START} and the same configuration`;
  return `${resource} does not exist in this AWS account and Region: deploy it (npx cdk deploy --all), or set AWS_PROFILE and AWS_REGION`;
}

function unreachable({ target }: Call): string {
  if (target.local) return `the local cloud does not answer at ${target.local.url}: ${LOCAL_START}`;
  return 'AWS cannot be reached: check the network, the proxy and AWS_REGION';
}

function lost({ action, ifLost }: Call): string {
  return [`no answer came to ${action}`, ...(ifLost ? [ifLost] : ['try again'])].join(': ');
}

function unforeseen({ action, resource }: Call, name: string): string {
  return `${action} on ${resource} failed: ${name}`;
}
