import * as z from 'zod';
import { describeError, log } from '../aws/log.ts';
import { measure } from '../aws/metrics.ts';
import { MANAGER_KEY_NAME } from '../contract.ts';
import { ExchangeRefusedError, InvalidInputError, RekeyError } from '../core/errors.ts';
import { tell } from '../core/facts.ts';
import { freezeStopped } from '../core/freeze.ts';
import { giveAnswers } from '../core/give-answers.ts';
import { observe } from '../core/observation.ts';
import { checkManager, type Order, requireKey, rotateEmergency, rotateNow } from '../core/operations.ts';
import { resumeKey } from '../core/resume.ts';
import { askUntil, SETTLING } from '../core/retry.ts';
import { accountStatus } from '../core/status.ts';
import { untilAfter } from '../core/stop.ts';
import { stopKeys } from '../core/stop-keys.ts';
import { EXCHANGES } from '../exchanges/catalog.ts';
import { unseenOn } from '../exchanges/unseen.ts';
import { type OperateRequest, type OperateResponse, operateRequest } from '../operate-protocol.ts';
import { type AccountContext, accountContext } from './account-context.ts';

/** An UndeclaredRead event whose declaration asks for an answer, as the rule on the audit bus delivers it. */
const undeclaredRead = z.object({
  'detail-type': z.literal('UndeclaredRead'),
  detail: z.object({
    key: z.string(),
    at: z.iso.datetime(),
    who: z.string(),
  }),
});

/** How long one order to stop may take; what is left is ordered again. */
const STOP_MS = 60_000;

/** What is deployed: `operate` between AWS and the exchange. */
export async function handler(event: unknown): Promise<OperateResponse | undefined> {
  return await operate(event, accountContext('operate'));
}

/**
 * What a person (through the CLI) or the audit bus orders. A refusal is an answer, not an error.
 * @throws Error with a reason only, for what nobody could foresee; the audit bus then delivers again
 */
export async function operate(event: unknown, context: AccountContext): Promise<OperateResponse | undefined> {
  try {
    const read = undeclaredRead.safeParse(event);
    if (read.success) return await answerRead(context, read.data.detail);
    return await answer(context, operateRequest.parse(event));
  } catch (error) {
    const fault = describeError(error);
    log.error('order not carried out', { fault });
    if (error instanceof RekeyError) return { outcome: 'refused', ...fault };
    throw new Error(fault.reason);
  } finally {
    measure(context.declaration.account, context.http.takeUse());
  }
}

async function answer(context: AccountContext, request: OperateRequest): Promise<OperateResponse> {
  switch (request.act) {
    case 'status':
      return { outcome: 'status', status: await status(context) };
    case 'rotate': {
      const versionId = await rotateNow(order(context, request), context);
      return { outcome: 'started', versionId, message: `rotation of ${request.key} has started` };
    }
    case 'rotateEmergency':
      return await startEmergency(context, request);
    case 'stop':
      return await stop(context, request);
    case 'resume': {
      const versionId = await resumeKey(order(context, request), context);
      return { outcome: 'started', versionId, message: `${request.key} is rotated again` };
    }
    case 'acceptManager':
      return await acceptManager(context, request);
  }
}

async function startEmergency(
  context: AccountContext,
  request: { key: string; actor: string },
): Promise<OperateResponse> {
  const versionId = await rotateEmergency(order(context, request), context.time.now(), context);
  if (versionId === undefined) {
    return { outcome: 'refused', reason: 'NothingInDoubt', message: `${request.key} has no key yet` };
  }
  return { outcome: 'started', versionId, message: `emergency rotation of ${request.key} has started` };
}

async function stop(
  context: AccountContext,
  { keys, reason, actor }: { keys?: string[] | undefined; reason: 'Asked' | 'Drill'; actor: string },
): Promise<OperateResponse> {
  const { declaration, http, time } = context;
  const names =
    keys ?? declaration.keys.filter(({ drill }) => reason === 'Asked' || drill).map(({ name }) => name);
  for (const key of names) requireStoppable(order(context, { key, actor }), reason);
  http.hurry();
  const scene = { ...context.scene, who: actor };
  const until = untilAfter(time, STOP_MS);
  const { stopped, notBegun, failures } = await stopKeys(
    names,
    { scene, declaration },
    { ports: context, reason, until },
  );
  for (const [key, error] of failures) log.error('key not stopped', { key, fault: describeError(error) });
  const frozen = await freezeStopped({ scene, declaration }, context);
  const results = [...stopped].map(([key, { foreign, ...counts }]) => ({
    key,
    ...counts,
    foreign: [...foreign],
  }));
  return { outcome: 'stopped', keys: results, notBegun: [...notBegun], frozen };
}

function requireStoppable(named: Order, reason: 'Asked' | 'Drill'): void {
  const { name, drill } = requireKey(named);
  if (reason === 'Asked' || drill) return;
  throw new InvalidInputError('NotForDrill', `${name} is not declared for drills; nothing was stopped`);
}

/**
 * Late and repeated events do nothing more: only keys made before the read are in doubt. What is done is what the
 * declaration says here: an event is not to be trusted with more than to bring it about.
 */
async function answerRead(
  context: AccountContext,
  { key, at, who }: z.infer<typeof undeclaredRead>['detail'],
): Promise<undefined> {
  const { scene, declaration } = context;
  const wanted = declaration.keys.find(({ name }) => name === key)?.onUndeclaredRead ?? 'tell';
  if (wanted === 'tell') {
    log.warn('undeclared read needs no answer', { key });
    return;
  }
  const planned = { key, answer: wanted, reason: 'UndeclaredRead', lastSeen: new Date(at) };
  const [failure] = await giveAnswers(
    [planned],
    { scene: { ...scene, who }, declaration, told: new Set() },
    context,
  );
  if (failure) throw failure.error;
  log.info('undeclared read answered', { key, answer: wanted });
}

async function status(context: AccountContext) {
  const { declaration, managers, time } = context;
  const { account, exchange, environment } = declaration;
  const sees = EXCHANGES[exchange]?.sees;
  const unseen = sees ? unseenOn(declaration, sees) : [];
  const accepted = (await managers.find()) !== undefined;
  const manager = accepted ? 'Accepted' : (await managers.isPending()) ? 'Pending' : 'Missing';
  const known = { account, exchange, environment, manager, unseen } as const;
  if (!accepted) return { ...known, keys: [], foreignKeys: [] };
  const observation = await observe(declaration, context);
  const failure = observation.failures[0];
  if (failure) throw failure.error;
  return accountStatus(observation, known, time.now());
}

async function acceptManager(
  context: AccountContext,
  { versionId, actor }: { versionId: string; actor: string },
): Promise<OperateResponse> {
  const { declaration, managers, time, audit } = context;
  const candidate = await askUntil(() => managers.findCandidate(versionId), time, SETTLING);
  if (!candidate) throw noSuchVersion();
  const fault = await checkManager(context.exchangeWith(candidate), declaration).catch(asFault);
  if (!fault) await managers.accept(versionId, candidate);
  else await managers.discard(versionId);
  const told = fault ?? {
    reason: 'Checked',
    message: 'it may manage keys, may not withdraw and is bound to an address',
  };
  const event = fault ? 'ManagerRefused' : 'ManagerAccepted';
  const scene = { ...context.scene, who: actor };
  const fact = { event, key: MANAGER_KEY_NAME, keyId: candidate.keyId, versionId, ...told } as const;
  await audit.record([tell(scene, time.now(), fact)]);
  return fault ? { outcome: 'refused', ...fault } : { outcome: 'accepted', message: told.message };
}

/** A manager key that the exchange refuses, or that cannot sign, is a fault of the key; that the exchange is down is not. */
function asFault(error: unknown): { reason: string; message: string } {
  if (error instanceof ExchangeRefusedError || error instanceof InvalidInputError)
    return { reason: error.reason, message: error.message };
  throw error;
}

function noSuchVersion(): InvalidInputError {
  return new InvalidInputError(
    'NoSuchVersion',
    'the manager secret has no such version; put the manager key again',
  );
}

function order(
  { scene, declaration }: AccountContext,
  { key, actor }: { key: string; actor: string },
): Order {
  return { scene: { ...scene, who: actor }, declaration, key };
}
