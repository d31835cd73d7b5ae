import type { Deed } from './attack.ts';
import type { Step } from './trace.ts';

/** What was done, in words; what the exchange or IAM refused is counted apart. */
export function inWords(deeds: readonly Deed[]): string {
  const groups = new Map<string, number>();
  for (const { step, done } of deeds) {
    const what = `${sentenceOf(step)}${done ? '' : ' (refused)'}`;
    groups.set(what, (groups.get(what) ?? 0) + 1);
  }
  return (
    [...groups].map(([what, count]) => (count === 1 ? what : `${count} × ${what}`)).join(', ') || 'nothing'
  );
}

function sentenceOf(step: Step): string {
  switch (step.act) {
    case 'order':
      return `order in ${step.symbol}`;
    case 'make-key':
      return `key made that may ${step.may}`;
    case 'withdraw':
      return `withdrawal of ${step.amount} ${step.coin}`;
    case 'transfer':
      return `transfer of ${step.amount} ${step.coin}`;
    case 'widen-key':
      return step.to === 'withdrawal' ? 'right to withdraw added' : 'address list taken off';
    case 'drop-rights':
      return 'right to trade lost';
    case 'delete-keys':
      return 'keys deleted at the exchange';
    case 'freeze':
      return 'sub-account frozen';
    case 'read':
      return `read of the secret by ${step.role} from ${step.from}`;
    case 'rotate':
      return 'key rotated';
    case 'readers-stuck':
      return 'readers no longer look';
  }
}
