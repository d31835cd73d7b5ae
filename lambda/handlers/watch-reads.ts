import * as z from 'zod';
import { log } from '../aws/log.ts';
import { measure } from '../aws/metrics.ts';
import { type AccountFunction, functionName, ROLE_PATH, roleName } from '../contract.ts';
import { type Fact, tell } from '../core/facts.ts';
import type { AuditLog } from '../core/ports.ts';
import { judgeRead, type ReadRecord, type ReadVerdict } from '../core/reads.ts';
import { type FleetDeclaration, parseFleetDeclaration } from '../declaration.ts';
import { auditLog, deployedOutside, readDeclaration } from './account-context.ts';

const ACCOUNT_FUNCTIONS: readonly AccountFunction[] = ['rotate', 'reconcile', 'operate'];

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
      .object({ secretId: z.string().optional(), secretIdList: z.array(z.string()).optional() })
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
  await watchReads(event, { fleet, audit: auditLog(deployedOutside()) });
}

interface WatchContext {
  readonly fleet: FleetDeclaration;
  readonly audit: AuditLog;
}

/** Judges one recorded read. A record that is delivered twice gives events with the same ids. */
export async function watchReads(event: unknown, { fleet, audit }: WatchContext): Promise<void> {
  const record = cloudTrailEvent.parse(event);
  const roles = ownRoles(record, fleet);
  for (const read of readsOf(record)) {
    const verdict = judgeRead(read, fleet, roles);
    if (verdict) await report(read, verdict, { fleet, audit });
  }
}

async function report(read: ReadRecord, verdict: ReadVerdict, { fleet, audit }: WatchContext): Promise<void> {
  const { account } = verdict;
  if (verdict.verdict === 'OwnFunction') return; // regular as a clock, it would only blur the usual band
  const suspicious = verdict.verdict === 'UndeclaredReader' || verdict.verdict === 'ManagerRead';
  const denied = verdict.verdict === 'Denied';
  measure(account, { reads: 1, undeclaredReads: suspicious ? 1 : 0, deniedReads: denied ? 1 : 0 });
  if (!suspicious && !denied) return;
  const exchange = fleet.accounts.find((candidate) => candidate.account === account)?.exchange ?? '';
  const scene = { account, exchange, who: read.reader };
  await audit.record([tell(scene, read.at, factOf(read, verdict))]);
  log.warn('read reported', { account, key: verdict.key, verdict: verdict.verdict });
}

function factOf(read: ReadRecord, { verdict, key, answer }: ReadVerdict): Fact {
  const { sourceAddress, id: occurrence } = read;
  const shared = { key, sourceAddress, occurrence, reason: verdict };
  if (verdict === 'Denied') {
    return {
      ...shared,
      event: 'DeniedRead',
      message: `${read.reader} tried to read the secret and was refused`,
    };
  }
  return {
    ...shared,
    event: 'UndeclaredRead',
    answer,
    message: `${read.reader} read the secret and is not a declared reader`,
  };
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
  }));
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
