import type { AccountDeclaration } from '../declaration.ts';
import type { ManagerKey } from './api-key.ts';
import type { AuditEvent } from './audit-event.ts';
import { RekeyError } from './errors.ts';
import { type ExecutionPorts, execute, isOrphan, type Pass } from './execute.ts';
import { type Scene, tell } from './facts.ts';
import { observe } from './observation.ts';
import type { Action, Gauges } from './plan.ts';
import { planReconcile } from './reconcile.ts';

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

/** What a pass did and what it could not do. */
export interface PassResult {
  readonly gauges: Gauges;
  /** How many actions were carried out. */
  readonly done: number;
  /** What could not be read: the pass has not seen everything. */
  readonly unread: readonly Failure[];
  /** What could not be done: the next pass decides on it anew. */
  readonly undone: readonly Failure[];
}

/**
 * One reconcile pass: observe, decide, tell, act. Findings are told before anything is done about them. One
 * failing action does not keep the others from being done.
 * @param told ids of findings that this process has told already; they are not told again
 */
export async function reconcilePass(
  { declaration, scene, told }: { declaration: AccountDeclaration; scene: Scene; told: Set<string> },
  ports: PassPorts,
): Promise<PassResult> {
  const observation = await observe(declaration, ports);
  const now = ports.time.now();
  const plan = planReconcile(observation, now);
  const findings = plan.findings.map((fact) => tell(scene, now, fact));
  const undone: Failure[] = [];
  await tellOnce(findings, told, ports).catch((error: unknown) => undone.push({ what: 'findings', error }));
  const isTold = undone.length === 0;
  let done = 0;
  // An orphan that is gone leaves nothing that would have its end told again: that it was found must be told first.
  for (const action of plan.actions.filter((candidate) => isTold || !isOrphan(candidate))) {
    const failure = await attempt(action, { scene, observation }, ports);
    if (failure) undone.push(failure);
    else done += 1;
  }
  return { gauges: plan.gauges, done, unread: observation.failures, undone };
}

async function tellOnce(events: readonly AuditEvent[], told: Set<string>, ports: PassPorts): Promise<void> {
  const fresh = events.filter((event) => !told.has(event.id));
  if (fresh.length === 0) return;
  await ports.audit.record(fresh);
  for (const event of fresh) told.add(event.id);
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
