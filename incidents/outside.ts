import { secretsClient } from '../faults/aws-calls.ts';
import { deliver } from '../faults/exchange-calls.ts';
import type { AuditEvent } from '../lambda/core/audit-event.ts';
import { Http, type HttpCall } from '../lambda/exchanges/http.ts';
import type { Outside } from '../lambda/handlers/account-context.ts';
import type { MovableClock } from '../local/clock.ts';
import type { Caller } from '../local/secrets-manager/options.ts';
import type { SecretsManager } from '../local/secrets-manager/secrets-manager.ts';
import type { OpenExchange } from '../simulator/index.ts';
import { ACCOUNT, ACCOUNT_ID, REGION } from './setting.ts';

/** What a call takes, as seen from a function. */
const EXCHANGE_MS = 50;
const AWS_MS = 20;

/** The functions of an account; watch-reads takes the place of operate, as it calls AWS only. */
export type Role = 'rotate' | 'reconcile' | 'operate';

/** What stands behind a function. */
interface Surroundings {
  readonly clock: MovableClock;
  readonly exchange: OpenExchange;
  readonly secrets: SecretsManager;
  /** What each function knows of the exchange's limits as long as its process lives. */
  readonly https: Map<Role, Http>;
  /** Takes what is put on the audit bus. */
  readonly accept: (event: AuditEvent) => void;
  readonly newId: () => string;
}

/** Everything that a function calls outside itself; each call takes its time on the clock. */
export function outsideOf(role: Role, surroundings: Surroundings): Outside {
  const { clock, secrets, accept, newId } = surroundings;
  const client = secretsClient(secrets, callerOf(role));
  const secretsManager = {
    send: async (command: never) => {
      clock.skip(AWS_MS);
      return await client.send(command);
    },
  };
  const eventBridge = {
    send: async ({ input }: { input: { Entries?: { Detail?: string }[] } }) => {
      for (const { Detail = '' } of input.Entries ?? []) accept(JSON.parse(Detail));
      return { FailedEntryCount: 0, Entries: [] };
    },
  };
  const time = { now: () => clock.now(), wait: async (ms: number) => clock.skip(ms) };
  const http = httpOf(role, surroundings, time);
  return { secretsManager, eventBridge, http, time, auditBus: 'rekey-audit', newId } as unknown as Outside;
}

function httpOf(role: Role, { clock, exchange, https }: Surroundings, time: Outside['time']): Http {
  const send = async (call: HttpCall) => {
    clock.skip(EXCHANGE_MS);
    return deliver({ exchange, clock }, call);
  };
  const http = https.get(role) ?? new Http(send, time);
  https.set(role, http);
  return http;
}

function callerOf(role: Role): Caller {
  const name = `rekey-${ACCOUNT}-${role}`;
  return {
    arn: `arn:aws:sts::${ACCOUNT_ID}:assumed-role/${name}-${REGION}/${name}`,
    type: 'AssumedRole',
    sourceAddress: '192.0.2.10',
    roleArn: `arn:aws:iam::${ACCOUNT_ID}:role/rekey/${name}-${REGION}`,
  };
}
