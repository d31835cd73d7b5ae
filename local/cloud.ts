import type { Place } from './arn.ts';
import { type Assembly, readAssembly } from './assembly/manifest.ts';
import { MovableClock } from './clock.ts';
import { type Deployment, Deployments } from './deployment/deployments.ts';
import { EventRecord } from './gateway/event-record.ts';
import { type Gateway, openGateway } from './gateway/gateway.ts';
import type { Credentials } from './iam/principals.ts';
import { createServices, type SecretsManagerSettings, type Services } from './services.ts';

export interface LocalCloudOptions {
  /** Folder that `cdk synth` wrote (`cdk.out`). */
  readonly assembly: string;
  /** @default 0, any free port */
  readonly port?: number;
  /** @default a clock that follows real time */
  readonly clock?: MovableClock;
  /** @default the app's Region if it names one, else us-east-1 */
  readonly region?: string;
  /** @default the app's account if it names one, else 000000000000 */
  readonly accountId?: string;
  /** Clocks outside, an exchange simulator's for one, that are set to the cloud's time when it matters. */
  readonly followers?: readonly { set(ms: number): void }[];
  /** Whether the account has a trail that no template of the app makes. @default true */
  readonly accountTrail?: boolean;
  readonly secretsManager?: SecretsManagerSettings;
}

/** A running local cloud with an app deployed on it. */
export interface LocalCloud {
  /** Address of every service, for `AWS_ENDPOINT_URL`. */
  readonly url: string;
  readonly region: string;
  readonly accountId: string;
  readonly clock: MovableClock;
  readonly secretsManager: Services['secretsManager'];
  readonly functions: Pick<Services['functions'], 'invoke' | 'kill' | 'list'>;
  /** The event buses; `onEvent` sees every event that a bus takes. */
  readonly events: Pick<Services['buses'], 'onEvent' | 'put' | 'list'>;
  readonly metrics: Pick<Services['metrics'], 'aggregate' | 'datapoints' | 'list'>;
  readonly alarms: Pick<Services['alarms'], 'state' | 'list' | 'onChange'>;
  /** What API destinations were asked to send; only addresses on this machine were called. */
  readonly apiDestinations: Pick<Services['apiDestinations'], 'requests'>;
  /** SNS topics with everything that they delivered; e-mails and chat messages go no further than that. */
  readonly topics: Pick<Services['topics'], 'deliveries' | 'list'>;
  readonly queues: Pick<Services['queues'], 'messages' | 'list'>;
  readonly logs: Pick<Services['logs'], 'groups' | 'events' | 'lines'>;
  /** What the last deployment made, and what of it exists on paper only. */
  readonly deployment: Deployment;
  /**
   * Credentials of a role, an assumed role or a user, of this or another account. Its own policies allow it
   * everything unless a template made it or `identityPolicies` are given; policies of resources always count.
   */
  credentialsFor(principalArn: string, identityPolicies?: readonly unknown[]): Credentials;
  /** Moves time forward and does everything that is due on the way. */
  advance(ms: number): Promise<void>;
  /** Resolves when nothing is under way at the present instant. What is due later has not happened. */
  settled(): Promise<void>;
  /** Deploys an app again, changed or not; secrets keep their values. @throws DeploymentError */
  deploy(assembly: string): Promise<Deployment>;
  /** Ends every function's process, the clock and the gateway. Stopping again does nothing. */
  stop(): Promise<void>;
}

const DEFAULT_PLACE: Place = { region: 'us-east-1', accountId: '000000000000' };

/**
 * Runs a synthesised CDK app on this machine: reads its templates, runs its functions, and serves the AWS APIs
 * that it needs on 127.0.0.1. All state is in memory and ends with it.
 *
 * @throws DeploymentError when the app has something that the local cloud does not know; Error when there is
 * no assembly, its stacks are in several places, or the port is taken.
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const assembly = readAssembly(options.assembly);
  const place = placeOf(assembly, options);
  const clock = options.clock ?? new MovableClock();
  let gateway: Gateway | undefined;
  const services = createServices({
    place,
    clock,
    endpointUrl: () => gateway?.url ?? '',
    beforeInvoke: (now) => follow(options, now),
    secretsManager: options.secretsManager ?? {},
    accountTrail: options.accountTrail ?? true,
  });
  const events = new EventRecord(services.buses);
  const advance = async (ms: number): Promise<void> => {
    await clock.advance(ms);
    follow(options, clock.now());
  };
  gateway = await openGateway(options.port ?? 0, () => ({ services, events, advance }));
  const deployments = new Deployments(services);
  const stop = async (): Promise<void> => {
    clock.close();
    await services.functions.stop();
    await gateway?.close();
  };
  try {
    const deployment = await deployments.deploy(assembly);
    return present({ services, gateway, deployments, deployment, advance, stop });
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Running {
  readonly services: Services;
  readonly gateway: Gateway;
  readonly deployments: Deployments;
  readonly deployment: Deployment;
  advance(ms: number): Promise<void>;
  stop(): Promise<void>;
}

function present({ services, gateway, deployments, deployment, advance, stop }: Running): LocalCloud {
  const { clock, secretsManager, functions, metrics, alarms, topics, queues, logs, buses, place } = services;
  const { apiDestinations } = services;
  let latest = deployment;
  return {
    url: gateway.url,
    ...place,
    clock,
    secretsManager,
    functions,
    metrics,
    alarms,
    apiDestinations,
    topics,
    queues,
    logs,
    events: buses,
    get deployment() {
      return latest;
    },
    credentialsFor(principalArn, identityPolicies) {
      const credentials = services.principals.of(principalArn);
      const { roleArn, arn } = services.principals.caller(credentials.accessKeyId, '');
      if (identityPolicies) services.roles.describeOutside(roleArn ?? arn, identityPolicies);
      return credentials;
    },
    advance,
    async settled() {
      await advance(0);
      await secretsManager.settled();
      await advance(0);
    },
    async deploy(folder) {
      const assembly = readAssembly(folder);
      placeOf(assembly, place);
      latest = await deployments.deploy(assembly);
      return latest;
    },
    stop,
  };
}

/** @throws Error when the stacks are made for different places, or for another one than is wanted. */
function placeOf({ stacks }: Assembly, wanted: Partial<Place>): Place {
  const only = (kind: keyof Place): string => {
    const named = stacks.flatMap(({ environment }) => environment[kind] ?? []);
    const all = new Set(wanted[kind] === undefined ? named : [...named, wanted[kind]]);
    if (all.size > 1)
      throw new Error(`the local cloud has one ${kind}, and the app wants ${[...all].join(', ')}`);
    return [...all][0] ?? DEFAULT_PLACE[kind];
  };
  return { region: only('region'), accountId: only('accountId') };
}

function follow({ followers = [] }: LocalCloudOptions, now: Date): void {
  for (const follower of followers) follower.set(now.getTime());
}
