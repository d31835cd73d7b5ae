import * as z from 'zod';
import { log } from '../aws/log.ts';
import { measure } from '../aws/metrics.ts';
import { SecretsManagerStore } from '../aws/secret-store.ts';
import { type AccountFunction, functionName, ROLE_PATH, roleName, secretName } from '../contract.ts';
import { type Fact, tell } from '../core/facts.ts';
import type { AuditLog, SecretStore } from '../core/ports.ts';
import { readerTag, readsReplacedVersion } from '../core/readers.ts';
import { judgeRead, type ReadRecord, type ReadVerdict } from '../core/reads.ts';
import { CURRENT } from '../core/staging.ts';
import { type FleetDeclaration, parseFleetDeclaration } from '../declaration.ts';
import { auditLog, deployedOutside, readDeclaration } from './account-context.ts';

const ACCOUNT_FUNCTIONS: readonly AccountFunction[] = ['rotate', 'reconcile', 'operate'];

/** A reader's last read is noted no oftener than this, and no oftener than twice in its cache time. */
const LONGEST_NOTE_MS = 15 * 60_000;

/** When this process noted which read of which reader. */
const notedHere = new Map<string, number>();

/** A CloudTrail record as the default bus delivers it, reduced to what is judged. */
const cloudTrailEvent = z.object({
  account: z.string(),
  region: z.string(),
  detail: z.object({
    eventID: z.string(),
    eventTime: z.iso.datetime({ offset: true }),
    eventName: z.string(),
    sourceIPAddress: z.string().optional(),
    errorCode: z.string().optional(),
    requestParameters: z
      .object({
        secretId: z.string().optional(),
        secretIdList: z.array(z.string()).optional(),
        versionId: z.string().optional(),
        versionStage: z.string().optional(),
      })
      .nullish(),
    userIdentity: z.object({
      type: z.string().optional(),
      arn: z.string().optional(),
      invokedBy: z.string().optional(),
      sessionContext: z
        .object({ sessionIssuer: z.object({ arn: z.string().optional() }).optional() })
        .optional(),
    }),
  }),
});

type CloudTrailEvent = z.infer<typeof cloudTrailEvent>;

/** What is deployed: `watchReads` between AWS and the audit bus. */
export async function handler(event: unknown): Promise<void> {
  const fleet = parseFleetDeclaration(readDeclaration());
  const outside = deployedOutside();
  const store = new SecretsManagerStore(outside.secretsManager, outside.newId);
  await watchReads(event, { fleet, audit: auditLog(outside), store, noted: notedHere });
}

/** What judging a read works with. */
export interface WatchContext {
  readonly fleet: FleetDeclaration;
  readonly audit: AuditLog;
  readonly store: Pick<SecretStore, 'describe' | 'tag'>;
  /** When which reader's read of which secret was noted last, in milliseconds; kept as long as the process lives. */
  readonly noted: Map<string, number>;
}

/** Judges one recorded read. A record that is delivered twice gives events with the same ids. */
export async function watchReads(event: unknown, context: WatchContext): Promise<void> {
  const record = cloudTrailEvent.parse(event);
  const roles = ownRoles(record, context.fleet);
  for (const read of readsOf(record)) {
    const verdict = judgeRead(read, context.fleet, roles);
    if (!verdict || verdict.verdict === 'OwnFunction') continue; // regular as a clock, it would only blur the usual band
    const fact =
      verdict.verdict === 'DeclaredReader' ? await lagOf(read, verdict, context) : factOf(read, verdict);
    count(verdict, fact);
    if (fact) await report(fact, { read, verdict, context });
    if (verdict.verdict === 'DeclaredReader') await note(read, verdict, context);
  }
}

function count({ account }: ReadVerdict, fact: Fact | undefined): void {
  measure(account, {
    reads: 1,
    undeclaredReads: fact?.event === 'UndeclaredRead' ? 1 : 0,
    deniedReads: fact?.event === 'DeniedRead' ? 1 : 0,
    ...(fact?.event === 'LaggingReader' ? { laggingReaders: 1 } : {}),
  });
}

interface Report {
  readonly read: ReadRecord;
  readonly verdict: ReadVerdict;
  readonly context: WatchContext;
}

async function report(fact: Fact, { read, verdict, context }: Report): Promise<void> {
  const { account, key } = verdict;
  const exchange = context.fleet.accounts.find((candidate) => candidate.account === account)?.exchange ?? '';
  const { sourceAddress, id: occurrence } = read;
  const scene = { account, exchange, who: read.reader };
  await context.audit.record([tell(scene, read.at, { key, sourceAddress, occurrence, ...fact })]);
  log.warn('read reported', { account, key, reason: fact.reason });
}

type Suspicious = Exclude<ReadVerdict, { verdict: 'OwnFunction' | 'DeclaredReader' }>;

function factOf({ reader }: ReadRecord, judged: Suspicious): Fact {
  const reason = judged.verdict;
  const event = 'UndeclaredRead';
  // biome-ignore lint/nursery/useExhaustiveSwitchCases: the rule does not see what Exclude took away; tsc does
  switch (judged.verdict) {
    case 'Denied':
      return { event: 'DeniedRead', reason, message: `${reader} tried to read the secret and was refused` };
    case 'ManagerRead':
      return { event, reason, answer: 'tell', message: `${reader} read the manager key` };
    case 'UndeclaredReader':
      return {
        ...{ event, reason, answer: judged.answer },
        message: `${reader} read the secret and is not a declared reader`,
      };
    case 'UndeclaredAddress':
      return {
        ...{ event, reason, answer: judged.answer },
        message: `${reader} is a declared reader and read the secret from an address that is not declared for it`,
      };
  }
}

type Declared = Extract<ReadVerdict, { verdict: 'DeclaredReader' }>;

/** A reader that asks for a replaced version by name has missed the rotation. */
async function lagOf(read: ReadRecord, judged: Declared, { store }: WatchContext): Promise<Fact | undefined> {
  if (!read.version) return undefined;
  const secret = await store.describe(secretName(judged.account, judged.key));
  if (!readsReplacedVersion({ at: read.at, ...read.version }, secret, judged)) return undefined;
  return {
    event: 'LaggingReader',
    reason: 'ReadsReplacedVersion',
    message: `${read.reader} read a version that was replaced, longer ago than its cache time`,
  };
}

/** Notes that a reader has read the current version, so that reconcile knows who has the new key. */
async function note(read: ReadRecord, judged: Declared, { store, noted }: WatchContext): Promise<void> {
  if (read.version && read.version.stagingLabel !== CURRENT) return;
  const { account, key, reader } = judged;
  const secret = secretName(account, key);
  const what = `${secret} ${reader.role}`;
  const leastMs = Math.min(LONGEST_NOTE_MS, (reader.cacheMinutes * 60_000) / 2);
  const atMs = read.at.getTime();
  if (atMs - (noted.get(what) ?? Number.NEGATIVE_INFINITY) < leastMs) return;
  await store.tag(secret, readerTag(reader), read.at.toISOString());
  noted.set(what, atMs);
}

/** One record may name many secrets; each successful one is recorded on its own as well. */
function readsOf({ detail }: CloudTrailEvent): ReadRecord[] {
  const { requestParameters, userIdentity, errorCode } = detail;
  const denied = errorCode?.startsWith('AccessDenied') === true;
  if (errorCode !== undefined && !denied) return []; // nothing was read and nobody was kept out
  if (detail.eventName === 'BatchGetSecretValue' && !denied) return [];
  const secretIds = requestParameters?.secretIdList ?? [requestParameters?.secretId ?? ''];
  const reader =
    userIdentity.sessionContext?.sessionIssuer?.arn ??
    userIdentity.arn ??
    userIdentity.invokedBy ??
    'unknown';
  return secretIds.map((secretId) => ({
    id: `${detail.eventID} ${secretId}`,
    at: new Date(detail.eventTime),
    secretId,
    reader,
    sourceAddress: detail.sourceIPAddress,
    denied,
    ...versionOf(requestParameters ?? {}),
  }));
}

function versionOf(asked: {
  versionId?: string | undefined;
  versionStage?: string | undefined;
}): Pick<ReadRecord, 'version'> {
  const { versionId: id, versionStage: stagingLabel } = asked;
  return id === undefined && stagingLabel === undefined ? {} : { version: { id, stagingLabel } };
}

/** Roles have fixed names, so nobody has to tell this function what they are. */
function ownRoles({ account, region }: CloudTrailEvent, fleet: FleetDeclaration): Map<string, string[]> {
  const partition = region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
  const arn = (name: string) => `arn:${partition}:iam::${account}:role${ROLE_PATH}${roleName(name, region)}`;
  return new Map(
    fleet.accounts.map((declared) => [
      declared.account,
      ACCOUNT_FUNCTIONS.map((name) => arn(functionName(declared.account, name))),
    ]),
  );
}
