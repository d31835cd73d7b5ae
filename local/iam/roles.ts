import { iamArn, type Place } from '../arn.ts';
import { type PolicyDocument, parsePolicy } from './policy-document.ts';

/** An IAM role that a template made. */
interface Role {
  readonly arn: string;
  readonly name: string;
  readonly trust: PolicyDocument;
  readonly policies: Map<string, PolicyDocument>;
}

export interface RoleDefinition {
  readonly name: string;
  readonly path: string;
  readonly trust: unknown;
  /** Policies inside the role, by name. */
  readonly policies: Readonly<Record<string, unknown>>;
  readonly managedPolicyArns: readonly string[];
}

const WRITE_LOGS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];
const NETWORK_INTERFACES = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/** The managed policies of AWS that are modelled: their actions, all on every resource. */
const MANAGED_BY_AWS: Readonly<Record<string, readonly string[]>> = {
  'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole': WRITE_LOGS,
  'arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole': [
    ...WRITE_LOGS,
    ...NETWORK_INTERFACES,
  ],
};

/** Every role of the templates with the policies that it has. */
export class Roles {
  readonly #place: Place;
  readonly #byName = new Map<string, Role>();
  readonly #managed = new Map<string, PolicyDocument>();
  readonly #outside = new Map<string, PolicyDocument[]>();

  constructor(place: Place) {
    this.#place = place;
  }

  /** Makes the role, or gives an existing one this trust and these policies; policies attached from outside stay. */
  put(definition: RoleDefinition): { arn: string; name: string } {
    const { name, path } = definition;
    const inside = Object.entries(definition.policies).map(([policy, document]) => [
      `inline/${policy}`,
      document,
    ]);
    const attached = [...(this.#byName.get(name)?.policies ?? [])].filter(([key]) =>
      key.startsWith('attached/'),
    );
    const role: Role = {
      arn: iamArn(this.#place, `role${path}${name}`),
      name,
      trust: parsePolicy(definition.trust),
      policies: new Map([
        ...attached,
        ...inside.map(([key, document]) => [key as string, parsePolicy(document)] as const),
        ...definition.managedPolicyArns.map((arn) => [`managed/${arn}`, this.#managedPolicy(arn)] as const),
      ]),
    };
    this.#byName.set(name, role);
    return role;
  }

  /** @throws Error when there is no such role. */
  attach(roleName: string, policyId: string, document: unknown): void {
    const role = this.#byName.get(roleName);
    if (!role) throw new Error(`there is no role '${roleName}' to attach the policy ${policyId} to`);
    role.policies.set(`attached/${policyId}`, parsePolicy(document));
  }

  /** Takes an attached policy from every role that has it. */
  detach(policyId: string): void {
    for (const { policies } of this.#byName.values()) policies.delete(`attached/${policyId}`);
  }

  putManagedPolicy(arn: string, document: unknown): void {
    this.#managed.set(arn, parsePolicy(document));
  }

  /** Says what a role or user that no template made may do by its own policies. */
  describeOutside(identityArn: string, policies: readonly unknown[]): void {
    this.#outside.set(identityArn, policies.map(parsePolicy));
  }

  /** The own policies of a role or user; undefined when nothing is known of it. */
  policiesOf(identityArn: string): PolicyDocument[] | undefined {
    const role = this.#byName.get(identityArn.slice(identityArn.lastIndexOf('/') + 1));
    return role?.arn === identityArn ? [...role.policies.values()] : this.#outside.get(identityArn);
  }

  /** Whether the role's trust policy lets a service take the role on. Roles from outside are trusted. */
  trusts(roleArn: string, service: string): boolean {
    const role = this.#byName.get(roleArn.slice(roleArn.lastIndexOf('/') + 1));
    if (role?.arn !== roleArn) return true;
    return role.trust.Statement.some(
      ({ Effect, Principal }) => Effect === 'Allow' && Principal?.Service?.includes(service) === true,
    );
  }

  remove(name: string): void {
    this.#byName.delete(name);
  }

  #managedPolicy(arn: string): PolicyDocument {
    const own = this.#managed.get(arn);
    if (own) return own;
    const actions = MANAGED_BY_AWS[arn];
    if (!actions) throw new Error(`the local cloud does not model the managed policy ${arn}`);
    return parsePolicy({ Statement: { Effect: 'Allow', Action: [...actions], Resource: '*' } });
  }
}
