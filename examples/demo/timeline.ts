import type { Life } from './tally.ts';

const WIDTH = 72;

/**
 * Draws each key's life as one line: `·` issued, `━` current, `─` in its grace period, `✕` dead.
 * @param now where the picture ends
 */
export function drawTimeline(lives: readonly Life[], now: Date): string[] {
  const start = Math.min(...lives.map((life) => Date.parse(life.issuedAt)));
  const column = (at: string | number) => {
    const share = (new Date(at).getTime() - start) / Math.max(1, now.getTime() - start);
    return Math.min(WIDTH - 1, Math.floor(share * WIDTH));
  };
  const promotions = lives.flatMap((life) => (life.promotedAt ? [life.promotedAt] : [])).sort();
  const replacedAt = (life: Life) =>
    promotions.find((at) => life.promotedAt !== undefined && at > life.promotedAt);
  return lives.map((life) => {
    const end = column(life.diedAt ?? now.getTime());
    const current = life.promotedAt === undefined ? end + 1 : column(life.promotedAt);
    const replaced = replacedAt(life);
    const grace = replaced === undefined ? end + 1 : column(replaced);
    const cells = Array.from({ length: WIDTH }, (_, at) => {
      if (at < column(life.issuedAt) || at > end) return ' ';
      if (life.diedAt !== undefined && at === end) return '✕';
      if (at < current) return '·';
      return at < grace ? '━' : '─';
    });
    return `${life.keyId.padEnd(13)} ${cells.join('')}`;
  });
}
