import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type EventBridge, EventBridgeAuditLog } from '../aws/audit-log.ts';
import { ManagerStore } from '../aws/manager-store.ts';
import { type SecretsManager, SecretsManagerStore } from '../aws/secret-store.ts';
import { DECLARATION_FILE, ENVIRONMENT, secretName } from '../contract.ts';
import type { ManagerKey } from '../core/api-key.ts';
import type { Scene } from '../core/facts.ts';
import type { AuditLog, Exchange, SecretStore, Time } from '../core/ports.ts';
import { type AccountDeclaration, parseAccountDeclaration } from '../declaration.ts';
import { exchangeOf } from '../exchanges/adapters.ts';
import { Http } from '../exchanges/http.ts';
import { sendOverNetwork } from '../exchanges/network.ts';

/** What a function calls outside itself. */
export interface Outside {
  readonly secretsManager: SecretsManager;
  readonly eventBridge: EventBridge;
  readonly http: Http;
  readonly time: Time;
  /** Name or ARN of the audit bus. */
  readonly auditBus: string;
  /** Names a rotation that is started outside the schedule; a UUID. */
  readonly newId: () => string;
}

/** The ports of one account, wired to AWS and the exchange. */
export interface AccountContext {
  readonly declaration: AccountDeclaration;
  readonly scene: Scene;
  readonly store: SecretStore;
  readonly exchange: Exchange;
  readonly audit: AuditLog;
  readonly time: Time;
  readonly managers: ManagerStore;
  /** The calls to the exchange: how many there were, and how urgent they are. */
  readonly http: Pick<Http, 'hurry' | 'takeUse'>;
  /** Read at most once per invocation. @throws InvalidInputError `ManagerMissing` */
  readonly manager: () => Promise<ManagerKey>;
  /** The account's exchange with another manager key. */
  exchangeWith(credentials: ManagerKey['credentials']): Exchange;
}

const secretsManager = new SecretsManagerClient({});
const eventBridge = new EventBridgeClient({});

/** Time as the machine tells it. */
const systemTime: Time = {
  now: () => new Date(),
  wait: async (ms) => {
    await sleep(ms);
  },
};

const http = new Http(sendOverNetwork, systemTime);

/** The text of the declaration that was deployed beside this function. */
export function readDeclaration(): string {
  return readFileSync(join(process.env.LAMBDA_TASK_ROOT ?? '.', DECLARATION_FILE), 'utf8');
}

/** AWS, the exchange and the clock of a deployed function. */
export function deployedOutside(): Outside {
  const auditBus = requireEnvironment(ENVIRONMENT.auditBus);
  return {
    secretsManager,
    eventBridge,
    http,
    time: systemTime,
    auditBus,
    newId: randomUUID,
  };
}

/** The audit bus that the infrastructure named. */
export function auditLog({ eventBridge, auditBus }: Outside): AuditLog {
  return new EventBridgeAuditLog(eventBridge, auditBus);
}

/**
 * Wires one invocation. Nothing secret outlives it: the manager key is read again by the next.
 * @param who the function, as audit events name it
 */
export function accountContext(
  who: string,
  outside: Outside = deployedOutside(),
  declaration: AccountDeclaration = parseAccountDeclaration(readDeclaration()),
): AccountContext {
  const { account, exchange } = declaration;
  const { time, http } = outside;
  const managers = new ManagerStore(outside.secretsManager, account);
  let reading: Promise<ManagerKey> | undefined;
  const manager = () => {
    reading ??= managers.get();
    return reading;
  };
  return {
    declaration,
    scene: { account, exchange, who },
    store: new SecretsManagerStore(outside.secretsManager, outside.newId),
    exchange: exchangeOf(declaration, { manager: async () => (await manager()).credentials, time, http }),
    audit: auditLog(outside),
    time,
    http,
    managers,
    manager,
    exchangeWith: (credentials) => exchangeOf(declaration, { manager: async () => credentials, time, http }),
  };
}

/** The declared key that is kept in a secret. The ARN ends with the name, a hyphen and six characters. */
export function findKey(
  { account, keys }: AccountDeclaration,
  secretArn: string,
): AccountDeclaration['keys'][number] | undefined {
  const name = secretArn.split(':').slice(6).join(':').slice(0, -7);
  return keys.find((key) => secretName(account, key.name) === name);
}

/** @throws Error naming the variable that is missing */
export function requireEnvironment(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`environment variable ${name} is not set`);
}
