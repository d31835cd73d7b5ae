import type { MovableClock } from '../clock.ts';
import { copySecret, newSecret, type Secret } from './secret.ts';
import type { SeededRandom } from './seeded-random.ts';
import { invalidRequest, secretNotFound } from './service-error.ts';

/** A state that was replaced at `untilMs`; `undefined` before the secret existed. */
interface PastState {
  readonly untilMs: number;
  readonly secret: Secret | undefined;
}

interface TableDependencies {
  readonly clock: MovableClock;
  readonly random: SeededRandom;
  readonly region: string;
  readonly accountId: string;
}

const COMPLETE_ARN = /-[A-Za-z0-9]{6}$/;

/** Every secret of the account, found by name, ARN or ARN without its random suffix. */
export class SecretTable {
  readonly #dependencies: TableDependencies;
  readonly #byName = new Map<string, Secret>();
  readonly #past = new Map<string, PastState[]>();
  #staleMs = 0;

  constructor(dependencies: TableDependencies) {
    this.#dependencies = dependencies;
  }

  /** The ARN of a name, without the random suffix. */
  partialArn(name: string): string {
    const { region, accountId } = this.#dependencies;
    return `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}`;
  }

  create(name: string): Secret {
    const { clock, random } = this.#dependencies;
    const arn = `${this.partialArn(name)}-${random.arnSuffix()}`;
    const secret = newSecret({ arn, name, createdAtMs: clock.nowMs() });
    this.#remember(secret, undefined);
    this.#byName.set(name, secret);
    return secret;
  }

  remove(secret: Secret): void {
    this.#byName.delete(secret.name);
    this.#past.delete(secret.arn);
  }

  /** The secret's newest state. @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html */
  find(id: string): Secret | undefined {
    if (!id.startsWith('arn:')) return this.#byName.get(id);
    const prefix = this.partialArn('');
    if (!id.startsWith(prefix)) return undefined;
    const tail = id.slice(prefix.length);
    if (!COMPLETE_ARN.test(tail)) return this.#byName.get(tail);
    const secret = this.#byName.get(tail.slice(0, -7));
    return secret?.arn === id ? secret : undefined;
  }

  /** @throws ServiceError ResourceNotFoundException. */
  get(id: string): Secret {
    const secret = this.find(id);
    if (!secret) throw secretNotFound();
    return secret;
  }

  /** @throws ServiceError ResourceNotFoundException, InvalidRequestException when scheduled for deletion. */
  getUsable(id: string): Secret {
    return requireUsable(this.get(id));
  }

  /** What a read sees: the newest state, or an older one while `staleReadsFor` is set. */
  view(id: string): Secret {
    const secret = this.#seen(this.get(id));
    if (!secret) throw secretNotFound();
    return secret;
  }

  viewAll(): Secret[] {
    return [...this.#byName.values()].flatMap((secret) => this.#seen(secret) ?? []);
  }

  /** Makes every change from now on visible to reads only `ms` later; 0 makes reads consistent again. */
  staleReadsFor(ms: number): void {
    this.#staleMs = ms;
    if (ms === 0) this.#past.clear();
  }

  /** The only way to change a secret: keeps the state before it for stale reads and stamps the time. */
  change(secret: Secret, mutate: (secret: Secret) => void): void {
    if (this.#staleMs > 0) this.#remember(secret, copySecret(secret));
    mutate(secret);
    secret.changedAtMs = this.#dependencies.clock.nowMs();
  }

  #remember(secret: Secret, before: Secret | undefined): void {
    if (this.#staleMs === 0) return;
    const untilMs = this.#dependencies.clock.nowMs();
    const past = this.#past.get(secret.arn) ?? [];
    const visible = past.filter((state) => state.untilMs > untilMs - this.#staleMs);
    this.#past.set(secret.arn, [...visible, { untilMs, secret: before }]);
  }

  #seen(secret: Secret): Secret | undefined {
    const horizonMs = this.#dependencies.clock.nowMs() - this.#staleMs;
    const older = this.#past.get(secret.arn)?.find((state) => state.untilMs > horizonMs);
    return older ? older.secret : secret;
  }
}

/** @throws ServiceError InvalidRequestException when the secret is scheduled for deletion. */
export function requireUsable(secret: Secret): Secret {
  if (!secret.deletion) return secret;
  throw invalidRequest("You can't perform this operation on the secret because it was marked for deletion.");
}
