import { parseArn } from '../arn.ts';
import { operatorHolds } from './condition-operators.ts';
import { fitsGlob } from './glob.ts';
import type { PolicyDocument, Statement } from './policy-document.ts';

/** Who asks. A service asks on behalf of one of its resources. */
type Principal =
  | { readonly kind: 'service'; readonly name: string }
  | {
      readonly kind: 'identity';
      /** Of the session or user. */
      readonly arn: string;
      /** Of the role behind a session, else the user's own. */
      readonly identityArn: string;
    };

/** One question to the policies. Keys of the context are the condition keys in lower case. */
export interface AccessRequest {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, readonly string[] | undefined>>;
}

/**
 * `delegated`: a resource policy names the whole account, so the identity's own policies decide.
 * `none`: no statement applies.
 */
export type Verdict = 'deny' | 'allow' | 'delegated' | 'none';

type PrincipalFit = 'direct' | 'account' | 'none';

/**
 * What the statements say together: one Deny is enough, whatever else allows.
 *
 * @throws Error when a statement that would decide has a condition key that is not modelled.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluatePolicies(policies: readonly PolicyDocument[], request: AccessRequest): Verdict {
  const verdicts = policies.flatMap(({ Statement }) => Statement.map((one) => verdictOf(one, request)));
  return (['deny', 'allow', 'delegated'] as const).find((verdict) => verdicts.includes(verdict)) ?? 'none';
}

function verdictOf(statement: Statement, request: AccessRequest): Verdict {
  const fit = principalFit(statement, request.principal);
  if (fit === 'none' || !coversAction(statement, request.action)) return 'none';
  if (!coversResource(statement, request.resource) || !conditionsHold(statement, request)) return 'none';
  if (statement.Effect === 'Deny') return 'deny';
  return fit === 'direct' ? 'allow' : 'delegated';
}

/** A statement without principal is part of an identity's own policy, so it is about whoever has it. */
function principalFit({ Principal, NotPrincipal }: Statement, principal: Principal): PrincipalFit {
  if (NotPrincipal) return fitOf(NotPrincipal, principal) === 'none' ? 'direct' : 'none';
  return Principal ? fitOf(Principal, principal) : 'direct';
}

function fitOf(named: NonNullable<Statement['Principal']>, principal: Principal): PrincipalFit {
  if (principal.kind === 'service') {
    return named.Service?.some((name) => name === '*' || name === principal.name) ? 'direct' : 'none';
  }
  const names = named.AWS ?? [];
  if (names.some((name) => name === '*' || name === principal.arn || name === principal.identityArn))
    return 'direct';
  const { accountId } = parseArn(principal.arn);
  return names.some((name) => name === accountId || name === `arn:aws:iam::${accountId}:root`)
    ? 'account'
    : 'none';
}

function coversAction({ Action, NotAction }: Statement, action: string): boolean {
  const fits = (pattern: string): boolean => fitsGlob(pattern.toLowerCase(), action.toLowerCase());
  return NotAction ? !NotAction.some(fits) : (Action ?? []).some(fits);
}

function coversResource({ Resource, NotResource }: Statement, resource: string): boolean {
  const fits = (pattern: string): boolean => fitsGlob(pattern, resource);
  if (NotResource) return !NotResource.some(fits);
  return Resource === undefined || Resource.some(fits);
}

function conditionsHold({ Condition = {} }: Statement, { context }: AccessRequest): boolean {
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => {
      const name = key.toLowerCase();
      if (!(name in context)) throw new Error(`the local cloud does not model the condition key ${key}`);
      return operatorHolds(operator, context[name], wanted);
    }),
  );
}
