import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { MovableClock } from '../clock.ts';
import type { EventRecorder } from './event-recorder.ts';
import type { Caller, RotationChoices, SecretsManagerOptions } from './options.ts';
import { isRotationFunction } from './pending-ownership.ts';
import { addPendingVersion, removePendingLabel, removeTestVersion } from './pending-version.ts';
import { RotationPlanner } from './rotation-planner.ts';
import { type RotationRun, RotationRuns } from './rotation-run.ts';
import { manualWindow, type RotationSchedule, type RotationWindow } from './rotation-schedule.ts';
import { runSteps } from './rotation-steps.ts';
import type { RotationSettings, Secret } from './secret.ts';
import type { SecretTable } from './secret-table.ts';
import type { SeededRandom } from './seeded-random.ts';
import { CURRENT, hasUnfinishedRotation, PENDING, PREVIOUS } from './staging-labels.ts';

interface EngineDependencies {
  readonly clock: MovableClock;
  readonly table: SecretTable;
  readonly events: EventRecorder;
  readonly random: SeededRandom;
  readonly options: SecretsManagerOptions;
}

/** What RotateSecret sets up. */
interface RotationSetUp {
  readonly functionArn: string;
  readonly schedule: RotationSchedule;
  readonly immediately: boolean;
}

const DEFAULT_TRIES = 5;
const DEFAULT_SPACING_MS = 600_000;

/**
 * Runs rotations: at once, in their windows and again after a failure.
 *
 * A failed rotation keeps its pending version and is tried again with the same token while its window is open,
 * then in the next one. AWS does not publish number and spacing of the tries.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda.html
 */
export class RotationEngine {
  readonly #dependencies: EngineDependencies;
  readonly #choices: RotationChoices;
  readonly #planner: RotationPlanner;
  readonly #runs = new RotationRuns();
  readonly #working = new Set<Promise<void>>();

  constructor(dependencies: EngineDependencies) {
    this.#dependencies = dependencies;
    this.#choices = dependencies.options.choices ?? {};
    this.#planner = new RotationPlanner({
      clock: dependencies.clock,
      position: () => this.#choices.positionInWindow ?? dependencies.random.next(),
      open: (secret, window) => this.#windowOpened(secret, window),
    });
  }

  /** Turns rotation on, or changes it, and plans the next window. Part of a change of the secret. */
  setUp(secret: Secret, { functionArn, schedule, immediately }: RotationSetUp): void {
    const earlier = secret.rotation?.enabled ? this.#planner.plannedWindow(secret) : undefined;
    secret.rotation = {
      enabled: true,
      functionArn,
      schedule,
      anchorMs: secret.rotation?.anchorMs ?? this.#dependencies.clock.nowMs(),
      nextRotationAtMs: 0,
      lastRotatedAtMs: secret.rotation?.lastRotatedAtMs,
    };
    const window = this.#planNext(secret, secret.rotation);
    const mayStillFire = !immediately && schedule.frequency.kind !== 'cron' && earlier !== undefined;
    if (mayStillFire && earlier.startMs < window.startMs && this.#earlierFires()) {
      this.#planner.planWindow(secret, earlier);
    }
  }

  /** Starts a rotation in the background; the secret already has its pending version. */
  start(secret: Secret, token: string): void {
    const nowMs = this.#dependencies.clock.nowMs();
    const windowEndMs = secret.rotation ? manualWindow(secret.rotation.schedule, nowMs).endMs : nowMs;
    void this.#launch(this.#runs.open({ kind: 'rotation', secret, token, windowEndMs }));
  }

  /** Starts the test that RotateImmediately=false asks for; the secret already has its pending version. */
  startTest(secret: Secret, token: string): void {
    const windowEndMs = this.#dependencies.clock.nowMs();
    void this.#launch(this.#runs.open({ kind: 'test', secret, token, windowEndMs }));
  }

  /** Turns rotation off; labels stay as they are. Returns the version of the rotation under way, if any. */
  cancel(secret: Secret): string | undefined {
    if (secret.rotation) secret.rotation.enabled = false;
    this.#planner.drop(secret);
    return this.#runs.close(secret)?.token;
  }

  /** Drops what is planned and under way for a secret that is being deleted. */
  forget(secret: Secret): void {
    this.#planner.drop(secret);
    this.#runs.close(secret);
  }

  /** Plans the next window again for a secret that was restored. */
  resume(secret: Secret): void {
    if (secret.rotation?.enabled) this.#planner.plan(secret, secret.rotation);
  }

  /** Whether a write of the version `token` counts as the rotation function's own. */
  isFunctionsWrite(
    secret: Secret,
    token: string,
    by: { caller: Caller; rotationToken?: string | undefined },
  ): boolean {
    const run = this.#runs.of(secret);
    if (run?.token === token && run.running && run.rotationToken === by.rotationToken) return true;
    if (!secret.rotation) return false;
    const { functionArn } = secret.rotation;
    const role = this.#dependencies.options.roleOfFunction?.(functionArn);
    return isRotationFunction(by.caller, functionArn, role);
  }

  /**
   * Takes notice of a new version, after its labels were attached and as part of the same change. One that is
   * not the rotation's own ends the rotation; one that became current counts as a rotation for the schedule.
   *
   * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudtrail_log_entries.html
   */
  versionWritten(secret: Secret, versionId: string): void {
    const run = this.#runs.of(secret);
    if (run?.token === versionId) return;
    const becameCurrent = secret.labels.get(CURRENT) === versionId;
    if (run || becameCurrent) this.#dropPending(secret, versionId);
    if (becameCurrent && secret.rotation?.enabled) {
      secret.rotation.anchorMs = this.#dependencies.clock.nowMs();
      this.#planNext(secret, secret.rotation);
    }
  }

  /** Ends a rotation that waits for its retry when its version lost AWSPENDING by hand. */
  labelsMoved(secret: Secret): void {
    const run = this.#runs.of(secret);
    if (run && !run.running && secret.labels.get(PENDING) !== run.token) this.#runs.close(secret);
  }

  /** Resolves when no rotation is running; one that waits for its retry is not running. */
  async settled(): Promise<void> {
    while (this.#working.size > 0) await Promise.allSettled(this.#working);
  }

  async #windowOpened(secret: Secret, window: RotationWindow): Promise<void> {
    const { clock, table } = this.#dependencies;
    const settings = secret.rotation;
    if (!settings) return;
    settings.anchorMs = window.startMs;
    this.#planner.plan(secret, settings);
    if (this.#runs.of(secret)?.running) return;
    const unfinished = hasUnfinishedRotation(secret) ? secret.labels.get(PENDING) : undefined;
    const token = unfinished ?? this.#newId();
    if (!unfinished) table.change(secret, () => addPendingVersion(secret, token, clock.nowMs()));
    await this.#launch(this.#runs.open({ kind: 'rotation', secret, token, windowEndMs: window.endMs }));
  }

  #launch(run: RotationRun): Promise<void> {
    const { clock } = this.#dependencies;
    const name = `rotation of ${run.secret.name}`;
    const work = this.#try(run).catch((error: unknown) => clock.report(error, name));
    this.#working.add(work);
    clock.hold(work);
    return work.finally(() => this.#working.delete(work));
  }

  async #try(run: RotationRun): Promise<void> {
    const { clock, options } = this.#dependencies;
    const isOpen = (): boolean => this.#runs.isOpen(run);
    Object.assign(run, {
      tries: run.tries + 1,
      rotationToken: this.#newId(),
      running: true,
      retry: undefined,
    });
    this.#tell(run, 'Started');
    // Lets the answer to RotateSecret leave before the function runs.
    await setImmediate();
    if (!isOpen()) return;
    const outcome = await runSteps(run, { clock, isOpen, invoke: options.invoke.bind(options) });
    run.running = false;
    if (outcome.kind === 'stopped') return;
    if (outcome.kind === 'failed') this.#tell(run, 'Failed', outcome.message);
    else this.#tell(run, 'Succeeded');
    if (run.kind === 'test') this.#endTest(run);
    else if (outcome.kind === 'failed') this.#failed(run);
    else this.#succeeded(run);
  }

  #tell(run: RotationRun, what: 'Started' | 'Succeeded' | 'Failed', errorMessage?: string): void {
    const name = `${run.kind === 'test' ? 'TestRotation' : 'Rotation'}${what}`;
    const message = errorMessage === undefined ? {} : { errorMessage };
    this.#dependencies.events.rotation(run.secret, { name, token: run.token, ...message });
  }

  #succeeded({ secret, token }: RotationRun): void {
    const { clock, random, table } = this.#dependencies;
    const pendingAfterSuccess = this.#choices.pendingAfterSuccess ?? (random.coin() ? 'remove' : 'leave');
    this.#runs.close(secret);
    table.change(secret, () => {
      if (pendingAfterSuccess === 'remove') removePendingLabel(secret, token);
      if (!secret.rotation) return;
      Object.assign(secret.rotation, { anchorMs: clock.nowMs(), lastRotatedAtMs: clock.nowMs() });
      this.#planNext(secret, secret.rotation);
    });
  }

  /** Without its AWSPENDING there is nothing to try again; otherwise the run stays open for the next window. */
  #failed(run: RotationRun): void {
    const { clock, options } = this.#dependencies;
    if (run.secret.labels.get(PENDING) !== run.token) {
      this.#runs.close(run.secret);
      return;
    }
    const nextMs = clock.nowMs() + (options.retry?.spacingMs ?? DEFAULT_SPACING_MS);
    if (run.tries >= (options.retry?.tries ?? DEFAULT_TRIES) || nextMs >= run.windowEndMs) return;
    const name = `retry of the rotation of ${run.secret.name}`;
    run.retry = clock.at(nextMs, name, () => this.#launch(run));
  }

  #endTest({ secret, token }: RotationRun): void {
    this.#runs.close(secret);
    this.#dependencies.table.change(secret, () => removeTestVersion(secret, token));
  }

  /** An AWSPENDING left on the version that was current until now goes without notice. */
  #dropPending(secret: Secret, writtenId: string): void {
    const run = this.#runs.close(secret);
    const pending = secret.labels.get(PENDING);
    if (pending !== undefined && pending !== writtenId) removePendingLabel(secret, pending);
    const wasCurrent = pending === secret.labels.get(PREVIOUS);
    const abandoned = run?.token ?? (wasCurrent ? undefined : pending);
    if (abandoned === undefined || abandoned === writtenId) return;
    this.#dependencies.events.rotation(secret, { name: 'RotationAbandoned', token: abandoned });
  }

  #planNext(secret: Secret, settings: RotationSettings): RotationWindow {
    const window = this.#planner.plan(secret, settings);
    settings.nextRotationAtMs = window.endMs - 1000;
    return window;
  }

  #newId(): string {
    return this.#dependencies.options.newId?.() ?? randomUUID();
  }

  #earlierFires(): boolean {
    return this.#choices.earlierRateStillFires ?? this.#dependencies.random.coin();
  }
}
