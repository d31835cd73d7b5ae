import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { EventBridgeAuditLog } from '../aws/audit-log.ts';
import { ManagerStore } from '../aws/manager-store.ts';
import { SecretsManagerStore } from '../aws/secret-store.ts';
import { DECLARATION_FILE, ENVIRONMENT, secretName } from '../contract.ts';
import type { ManagerKey } from '../core/api-key.ts';
import type { Scene } from '../core/facts.ts';
import type { AuditLog, Exchange, SecretStore, Time } from '../core/ports.ts';
import { type AccountDeclaration, parseAccountDeclaration } from '../declaration.ts';
import { exchangeOf } from '../exchanges/adapters.ts';

/** The ports of one account, wired to AWS and the exchange. */
export interface AccountContext {
  readonly declaration: AccountDeclaration;
  readonly scene: Scene;
  readonly store: SecretStore;
  readonly exchange: Exchange;
  readonly audit: AuditLog;
  readonly time: Time;
  readonly managers: ManagerStore;
  /** Read at most once per invocation. @throws InvalidInputError `ManagerMissing` */
  readonly manager: () => Promise<ManagerKey>;
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

/** The text of the declaration that was deployed beside this function. */
export function readDeclaration(): string {
  return readFileSync(join(process.env.LAMBDA_TASK_ROOT ?? '.', DECLARATION_FILE), 'utf8');
}

/** The audit bus that the infrastructure named. */
export function auditLog(): AuditLog {
  return new EventBridgeAuditLog(eventBridge, requireEnvironment(ENVIRONMENT.auditBus));
}

/**
 * Wires one invocation. Nothing secret outlives it: the manager key is read again by the next.
 * @param who the function, as audit events name it
 */
export function accountContext(who: string): AccountContext {
  const declaration = parseAccountDeclaration(readDeclaration());
  const managers = new ManagerStore(secretsManager, declaration.account);
  let reading: Promise<ManagerKey> | undefined;
  const manager = () => {
    reading ??= managers.get();
    return reading;
  };
  return {
    declaration,
    scene: { account: declaration.account, exchange: declaration.exchange, who },
    store: new SecretsManagerStore(secretsManager),
    exchange: exchangeOf(declaration, {
      manager: async () => (await manager()).credentials,
      now: systemTime.now,
    }),
    audit: auditLog(),
    time: systemTime,
    managers,
    manager,
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

function requireEnvironment(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`environment variable ${name} is not set`);
}
