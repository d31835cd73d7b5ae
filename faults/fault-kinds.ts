/**
 * Everything that can go wrong with one remote call. `before` it has an effect or `after`; whether the process that
 * called lives on; what it hears.
 */
export const FAULT_KINDS = {
  'kill-before': 'the process is killed before the call takes effect',
  'kill-after': 'the process is killed after the call took effect',
  lost: 'the call takes effect, and its answer is lost',
  repeated: 'the call takes effect, its answer is lost, and the SDK sends it again',
  late: 'the caller gives up, and the call takes effect a minute later',
  refused: 'the call is refused and has no effect',
  throttled: 'the call is refused for being one too many, and has no effect',
  unavailable: 'a gateway answers that nobody is there; the call has no effect',
  'error-after': 'the call takes effect, and the answer is an error of the server',
  garbage: 'the call takes effect, and half of the answer arrives',
  slow: "the call takes effect, and the answer comes after the function's time limit",
  outage: 'from this call on the callee answers nothing to this process',
} as const;

export type FaultKind = keyof typeof FAULT_KINDS;

export function isFaultKind(word: string): word is FaultKind {
  return Object.hasOwn(FAULT_KINDS, word);
}

/** Who is called. */
type Callee = 'exchange' | 'secrets' | 'bus';

/** One remote call, before it is made. */
export interface RemoteCall {
  readonly callee: Callee;
  /** Method and path, or the name of an AWS operation. */
  readonly name: string;
  /** Whether it changes something in the world. */
  readonly changes: boolean;
}

/** Whether a fault makes sense for a call: some can only happen to what is sent by the AWS SDK, or is changed. */
export function suits(kind: FaultKind, { callee, changes }: RemoteCall): boolean {
  if (kind === 'repeated') return changes && callee !== 'exchange';
  if (kind === 'late') return changes && callee === 'exchange';
  return true;
}
