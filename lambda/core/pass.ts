import type { AccountDeclaration } from '../declaration.ts';
import { planAnswers } from './answers.ts';
import type { ManagerKey } from './api-key.ts';
import { RekeyError } from './errors.ts';
import { type ExecutionPorts, execute, isOrphan, type Pass } from './execute.ts';
import { type Scene, tell } from './facts.ts';
import { giveAnswers } from './give-answers.ts';
import { observe } from './observation.ts';
import type { Action, Gauges, Note } from './plan.ts';
import { planReconcile } from './reconcile.ts';
import type { WatchGauges } from './suspicion.ts';
import { type Told, tellOnce } from './told.ts';
import { type WatchMemory, watchActivity } from './watch.ts';

/** What a reconcile pass works with. */
export interface PassPorts extends ExecutionPorts {
  /** @throws InvalidInputError `ManagerMissing` */
  readonly manager: () => Promise<ManagerKey>;
}

/** Something that failed in a pass. */
interface Failure {
  readonly what: string;
  readonly error: unknown;
}

/** What a process remembers from pass to pass. A new one, which remembers nothing, only tells and reads more. */
export interface Memory {
  readonly told: Told;
  readonly watch: WatchMemory;
}

/** What a pass did and what it could not do. */
export interface PassResult {
  readonly gauges: Gauges & WatchGauges;
  /** How many actions were carried out. */
  readonly done: number;
  /** What could not be read: the pass has not seen everything. */
  readonly unread: readonly Failure[];
  /** What could not be done: the next pass decides on it anew. */
  readonly undone: readonly Failure[];
}

/** A process that remembers nothing. */
export function newMemory(): Memory {
  return { told: new Set(), watch: new Map() };
}

/**
 * One reconcile pass: observe, decide, tell, act; then watch what happens on the account, and answer what asks for it.
 * Findings are told before anything is done about them. One failing action does not keep the others from being done,
 * and whatever the watch meets does not keep a key from being revoked: that is done before.
 */
export async function reconcilePass(
  { declaration, scene, memory }: { declaration: AccountDeclaration; scene: Scene; memory: Memory },
  ports: PassPorts,
): Promise<PassResult> {
  const observation = await observe(declaration, ports);
  const now = ports.time.now();
  const plan = planReconcile(observation, now);
  const undone: Failure[] = [];
  const findings = plan.findings.map((fact) => tell(scene, now, fact));
  await tellOnce(findings, memory.told, ports.audit).catch((error: unknown) =>
    undone.push({ what: 'findings', error }),
  );
  const isTold = undone.length === 0;
  let done = 0;
  // An orphan that is gone leaves nothing that would have its end told again: that it was found must be told first.
  for (const action of plan.actions.filter((candidate) => isTold || !isOrphan(candidate))) {
    const failure = await attempt(action, { scene, observation }, ports);
    if (failure) undone.push(failure);
    else done += 1;
  }
  undone.push(...(await writeNotes(plan.notes, observation, ports)));
  const watched = await watchActivity({ declaration, scene, observation, memory }, ports);
  const answers = planAnswers([...plan.signs, ...watched.signs], declaration);
  const given = await giveAnswers(answers, { declaration, scene, told: memory.told }, ports);
  return {
    gauges: addUp(plan.gauges, watched.gauges),
    done,
    unread: observation.failures,
    undone: [...undone, ...watched.failures, ...given],
  };
}

async function writeNotes(
  notes: readonly Note[],
  { keys }: Pass['observation'],
  { store }: PassPorts,
): Promise<Failure[]> {
  const failures: Failure[] = [];
  for (const { key, tag, value } of notes) {
    const arn = keys.find(({ declared }) => declared.name === key)?.secret.arn ?? '';
    await store.tag(arn, tag, value).catch((error: unknown) => failures.push({ what: `note ${key}`, error }));
  }
  return failures;
}

function addUp(gauges: Gauges, watched: WatchGauges): Gauges & WatchGauges {
  return { ...gauges, ...watched, widenedKeys: gauges.widenedKeys + watched.widenedKeys };
}

async function attempt(action: Action, pass: Pass, ports: PassPorts) {
  try {
    await execute(action, pass, ports);
    return undefined;
  } catch (error) {
    if (action.act === 'revoke') await tellFailure(action, error, { pass, ports });
    return { what: `${action.act} ${action.key}`, error };
  }
}

async function tellFailure(
  action: Extract<Action, { act: 'revoke' }>,
  error: unknown,
  { pass, ports }: { pass: Pass; ports: PassPorts },
): Promise<void> {
  const now = ports.time.now();
  const reason = error instanceof RekeyError ? error.reason : 'Unexpected';
  const message = error instanceof RekeyError ? error.message : 'an unexpected fault; see the function log';
  const { key, keyId, versionId } = action;
  await ports.audit
    .record([
      tell(pass.scene, now, {
        event: 'RevocationFailed',
        key,
        keyId,
        versionId,
        reason,
        message,
        occurrence: now.toISOString(),
      }),
    ])
    .catch(() => undefined); // the failure itself is in the result; the label keeps the debt
}
