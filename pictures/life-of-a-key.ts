import { COLORS, LEFT, lifeBar, ROW, type Span, WIDTH, xOf } from './life-bars.ts';
import { type Life, livesOf } from './lives.ts';
import { box, line, picture, text } from './svg.ts';
import type { Week } from './week.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Three versions of one key, from the audit events of a simulated week; below, their second rotation close up. */
export function drawLifeOfAKey(week: Week, { account, key }: { account: string; key: string }): string {
  const [first, second, third] = livesOf(week.audit.get(account) ?? [], key);
  if (!first || !second || !third) throw new Error(`${key} was not rotated twice`);
  const lives = [first, second, third];
  const days = { fromMs: startOfDay(first.issuedMs), toMs: (third.replacedMs ?? week.toMs) - HOUR_MS, y: 52 };
  const beginsMs = Math.floor(second.issuedMs / 1_000) * 1_000;
  const close = { fromMs: beginsMs, toMs: beginsMs + 1_000, y: 306 };
  return picture({ width: WIDTH, height: 476 }, `The life of the key ${key}, rotated every two days`, [
    box({ x: 6, y: 6, width: WIDTH - 12, height: 464 }, 'class="paper" rx="6"'),
    text([20, 32], `${key}, rotated every two days, with a grace period of twelve hours`, {
      classes: 'title',
    }),
    ...dayLines(days),
    ...lives.flatMap((life, row) => lifeBar(life, days, row)),
    ...workingKeys(lives, days),
    text([20, 286], 'The second rotation, from issue to promotion', { classes: 'title' }),
    ...secondLines(close),
    ...[first, second].flatMap((life, row) => lifeBar(life, close, row)),
    ...moments(second, close),
    ...legend(456),
  ]);
}

/** How many keys work at each moment: never none. */
function workingKeys(lives: readonly Life[], span: Span): string[] {
  const y = span.y + 8 + lives.length * ROW;
  const changes = lives.flatMap(({ issuedMs, revokedMs }) => [issuedMs, ...(revokedMs ? [revokedMs] : [])]);
  const bounds = [...changes.filter((atMs) => atMs < span.toMs).sort((a, b) => a - b), span.toMs];
  const stretches = bounds.slice(1).map((toMs, index) => {
    const fromMs = bounds[index] ?? toMs;
    const count = lives.filter(
      ({ issuedMs, revokedMs = Number.POSITIVE_INFINITY }) => issuedMs <= fromMs && revokedMs > fromMs,
    ).length;
    return { from: xOf(fromMs, span), to: xOf(toMs, span), count };
  });
  return [
    text([LEFT - 12, y + 16], 'keys that work', { anchor: 'end', classes: 'quiet' }),
    ...stretches.flatMap(({ from, to, count }) => [
      line([from, y + 22], [to, y + 22], 'class="edge"'),
      line([from, y + 16], [from, y + 22], 'class="edge"'),
      text([(from + to) / 2, y + 16], String(count), { anchor: 'middle' }),
    ]),
  ];
}

function dayLines({ y, ...span }: Span): string[] {
  const count = Math.floor((span.toMs - span.fromMs) / DAY_MS);
  return Array.from({ length: count + 1 }, (_, day) => day).flatMap((day) => {
    const x = xOf(span.fromMs + day * DAY_MS, { ...span, y });
    return [
      line([x, y], [x, y + 4 * ROW + 10], 'class="grid"'),
      text([x, y + 4 * ROW + 26], `day ${day}`, { anchor: 'middle', classes: 'quiet' }),
    ];
  });
}

function secondLines({ y, ...span }: Span): string[] {
  return [0, 200, 400, 600, 800, 1_000].flatMap((ms) => {
    const x = xOf(span.fromMs + ms, { ...span, y });
    return [
      line([x, y], [x, y + 2 * ROW + 6], 'class="grid"'),
      text([x, y + 2 * ROW + 22], `${ms / 1_000} s`, { anchor: 'middle', classes: 'quiet' }),
    ];
  });
}

/** The events of the rotation, each above the moment of which it tells. */
function moments({ issuedMs, verifiedMs, promotedMs }: Life, span: Span): string[] {
  const y = span.y + 2 * ROW + 40;
  const told = [
    { atMs: issuedMs, words: 'KeyIssued' },
    { atMs: verifiedMs, words: 'KeyVerified' },
    { atMs: promotedMs, words: 'KeyPromoted, KeyRetiring' },
  ];
  return told.flatMap(({ atMs, words }) => {
    const x = xOf(atMs, span);
    return [
      line([x, span.y + 2], [x, y - 14], 'class="edge" stroke-dasharray="3 3"'),
      text([x + 4, y - 2], words),
    ];
  });
}

function legend(y: number): string[] {
  const words = [
    ['issued', 'issued: made, and stored as pending'],
    ['verified', 'verified: it signs, and is as declared'],
    ['current', 'current: what readers get'],
    ['retiring', 'retiring: still works'],
  ] as const;
  return words.flatMap(([state, label], index) => {
    const x = [20, 276, 532, 746][index] ?? 0;
    return [
      box({ x, y: y - 10, width: 12, height: 12 }, `fill="${COLORS[state]}"`),
      text([x + 18, y], label, { classes: 'quiet' }),
    ];
  });
}

function startOfDay(atMs: number): number {
  return Math.floor(atMs / DAY_MS) * DAY_MS;
}
