import type { OperateRequest, OperateResponse } from '../lambda/operate-protocol.ts';
import { printable } from './printable.ts';
import { NotDoneError } from './problem.ts';

type Outcome = OperateResponse['outcome'];

/**
 * The answer if it is the one that was asked for.
 * @throws NotDoneError for a refusal, with its reason and message, and for an answer to another question
 */
export function expectOutcome<T extends Outcome>(
  answer: OperateResponse,
  wanted: T,
  { act }: Pick<OperateRequest, 'act'>,
): Extract<OperateResponse, { outcome: T }> {
  if (isOutcome(answer, wanted)) return answer;
  if (answer.outcome === 'refused')
    throw new NotDoneError(printable(`refused (${answer.reason}): ${answer.message}`));
  throw new NotDoneError(
    `the function answered ${answer.outcome} to ${act}: deploy the version that this CLI is of`,
  );
}

function isOutcome<T extends Outcome>(
  answer: OperateResponse,
  wanted: T,
): answer is Extract<OperateResponse, { outcome: T }> {
  return answer.outcome === wanted;
}
