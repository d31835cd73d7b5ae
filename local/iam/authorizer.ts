import { type Place, parseArn } from '../arn.ts';
import type { MovableClock } from '../clock.ts';
import type { PolicyDocument } from './policy-document.ts';
import { type AccessRequest, evaluatePolicies } from './policy-evaluation.ts';
import type { LocalCaller } from './principals.ts';
import type { Roles } from './roles.ts';

/** What is asked for. */
export interface Access {
  readonly action: string;
  readonly resource: string;
  readonly resourcePolicy?: PolicyDocument | undefined;
  /** Names of the tags that are set or removed. */
  readonly tagKeys?: readonly string[] | undefined;
}

/** Condition keys that exist and have no value here: they are absent, not unknown. */
const ABSENT_KEYS = {
  'aws:sourceaccount': undefined,
  'aws:sourcearn': undefined,
  'aws:sourceip': undefined,
  'aws:sourcevpc': undefined,
  'aws:sourcevpce': undefined,
  'aws:principalarn': undefined,
  'aws:principalaccount': undefined,
  'aws:principalorgid': undefined,
  'aws:principaltype': undefined,
  'aws:principalservicename': undefined,
  'aws:multifactorauthpresent': undefined,
  'aws:tagkeys': undefined,
  'lambda:sourcefunctionarn': undefined,
} satisfies AccessRequest['context'];

/**
 * Decides by the policies of the templates. A principal that no template made has, as far as its own policies
 * go, every right; what a resource's policy denies is denied to it as well.
 */
export class Authorizer {
  readonly #place: Place;
  readonly #roles: Roles;
  readonly #clock: MovableClock;

  constructor(place: Place, roles: Roles, clock: MovableClock) {
    this.#place = place;
    this.#roles = roles;
    this.#clock = clock;
  }

  /** Whether a caller may do something. @throws Error for a condition key that is not modelled. */
  mayCall(caller: LocalCaller, access: Access): boolean {
    const identityArn = caller.roleArn ?? caller.arn;
    const request: AccessRequest = {
      ...access,
      principal: { kind: 'identity', arn: caller.arn, identityArn },
      context: { ...this.#callerContext(caller, identityArn), 'aws:tagkeys': access.tagKeys },
    };
    const own = this.#roles.policiesOf(identityArn);
    const byIdentity = own ? evaluatePolicies(own, request) : 'allow';
    const byResource = access.resourcePolicy ? evaluatePolicies([access.resourcePolicy], request) : 'none';
    if (byIdentity === 'deny' || byResource === 'deny') return false;
    if (parseArn(caller.arn).accountId === this.#place.accountId) {
      return byIdentity === 'allow' || byResource === 'allow';
    }
    return byIdentity === 'allow' && byResource !== 'none';
  }

  /** Whether the resource's own policy admits a service that acts for `sourceArn`, if it names one. */
  admitsService(service: string, sourceArn: string | undefined, access: Access): boolean {
    if (!access.resourcePolicy) return false;
    const context = {
      ...this.#commonContext(),
      'aws:principalisawsservice': ['true'],
      'aws:principalservicename': [service],
      'aws:sourcearn': sourceArn === undefined ? undefined : [sourceArn],
      'aws:sourceaccount': [this.#place.accountId],
    };
    const request = { ...access, principal: { kind: 'service', name: service }, context } as const;
    return evaluatePolicies([access.resourcePolicy], request) === 'allow';
  }

  /** Whether a service may do something under a role that it takes on. */
  mayAsRole(service: string, roleArn: string, access: Access): boolean {
    if (!this.#roles.trusts(roleArn, service)) return false;
    return this.mayCall({ arn: roleArn, type: 'AssumedRole', roleArn, sourceAddress: service }, access);
  }

  #callerContext(caller: LocalCaller, identityArn: string): AccessRequest['context'] {
    return {
      ...this.#commonContext(),
      'aws:principalisawsservice': ['false'],
      'aws:principalarn': [identityArn],
      'aws:principalaccount': [parseArn(caller.arn).accountId],
      'aws:principaltype': [caller.type === 'IAMUser' ? 'User' : caller.type],
      'aws:sourceip': [caller.sourceAddress],
      'lambda:sourcefunctionarn': caller.functionArn === undefined ? undefined : [caller.functionArn],
    };
  }

  /** The gateway speaks plain HTTP on the loopback address; policies see it as if it were TLS, as on AWS. */
  #commonContext(): AccessRequest['context'] {
    return {
      ...ABSENT_KEYS,
      'aws:securetransport': ['true'],
      'aws:viaawsservice': ['false'],
      'aws:requestedregion': [this.#place.region],
      'aws:currenttime': [this.#clock.now().toISOString()],
    };
  }
}
