import { secretsClient } from '../faults/aws-calls.ts';
import { deliver } from '../faults/exchange-calls.ts';
import { ACCOUNT_ID, REGION } from '../faults/setting.ts';
import { functionName, ROLE_PATH, roleName } from '../lambda/contract.ts';
import type { AuditEvent } from '../lambda/core/audit-event.ts';
import type { AccountDeclaration } from '../lambda/declaration.ts';
import { Http } from '../lambda/exchanges/http.ts';
import { type AccountContext, accountContext } from '../lambda/handlers/account-context.ts';
import type { MovableClock } from '../local/clock.ts';
import type { SecretsManager } from '../local/secrets-manager/secrets-manager.ts';
import type { OpenExchange } from '../simulator/index.ts';

/** What one call takes, as seen from a function. */
const EXCHANGE_MS = 80;
const AWS_MS = 30;

type Role = 'rotate' | 'reconcile' | 'operate';

/** What the functions of an account work with. */
interface Surroundings {
  readonly clock: MovableClock;
  readonly exchange: OpenExchange;
  readonly declaration: AccountDeclaration;
  readonly secrets: SecretsManager;
  readonly newId: () => string;
  /** The audit bus. */
  readonly accept: (event: AuditEvent) => void;
}

/** The warm processes of an account's functions: each call takes its time, and is counted against the exchange's limits. */
export class Processes {
  readonly #world: Surroundings;
  readonly #https = new Map<Role, Http>();

  constructor(world: Surroundings) {
    this.#world = world;
  }

  /** Everything that an invocation calls outside itself, with the product's own wiring behind it. */
  context(role: Role): AccountContext {
    const { declaration, secrets, newId, accept } = this.#world;
    const name = functionName(declaration.account, role);
    const roleArn = `arn:aws:iam::${ACCOUNT_ID}:role${ROLE_PATH}${roleName(name, REGION)}`;
    const arn = `arn:aws:sts::${ACCOUNT_ID}:assumed-role/${roleName(name, REGION)}/${name}`;
    const caller = { arn, roleArn, type: 'AssumedRole', sourceAddress: '192.0.2.10' } as const;
    const client = secretsClient(secrets, caller);
    const outside = {
      secretsManager: {
        send: async (command: never) => await this.#take(AWS_MS, () => client.send(command)),
      },
      eventBridge: {
        send: async ({ input: { Entries } }: PutEvents) => {
          this.#take(AWS_MS, () => Entries.map(({ Detail }) => accept(JSON.parse(Detail) as AuditEvent)));
          return { FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: 'id' })) };
        },
      },
      ...{ http: this.#httpOf(role), time: this.#time, auditBus: 'rekey-audit', newId },
    };
    return accountContext(role, outside as never, declaration);
  }

  /** The pace outlives an invocation. */
  #httpOf(role: Role): Http {
    const { exchange, clock } = this.#world;
    const known =
      this.#https.get(role) ??
      new Http(async (call) => this.#take(EXCHANGE_MS, () => deliver({ exchange, clock }, call)), this.#time);
    this.#https.set(role, known);
    return known;
  }

  get #time() {
    const { clock } = this.#world;
    return { now: () => clock.now(), wait: async (ms: number) => clock.skip(ms) };
  }

  #take<T>(ms: number, call: () => T): T {
    this.#world.clock.skip(ms);
    return call();
  }
}

interface PutEvents {
  readonly input: { readonly Entries: readonly { readonly Detail: string }[] };
}
