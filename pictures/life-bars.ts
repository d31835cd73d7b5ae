import type { Life } from './lives.ts';
import { box, line, text } from './svg.ts';

export const WIDTH = 1_000;
/** Left of it are the names. */
export const LEFT = 150;
const RIGHT = 24;
export const ROW = 38;
const BAR = 24;
/** Of each state of a key. */
export const COLORS = {
  issued: '#a5c8e4',
  verified: '#1f77b4',
  current: '#2ca02c',
  retiring: '#bcbd22',
  dead: '#d62728',
};

/** From when to when a part of the picture shows, and from which height. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  readonly y: number;
}

/** Where an instant is; what is outside the span is at its edge. */
export function xOf(atMs: number, { fromMs, toMs }: Span): number {
  const inside = Math.min(Math.max(atMs, fromMs), toMs);
  return LEFT + ((WIDTH - LEFT - RIGHT) * (inside - fromMs)) / (toMs - fromMs);
}

/** The bar of one version, with its name and its end. */
export function lifeBar(life: Life, span: Span, row: number): string[] {
  const { issuedMs, verifiedMs, promotedMs, replacedMs = span.toMs, revokedMs } = life;
  const y = span.y + 8 + row * ROW;
  const parts = [
    part('issued', { fromMs: issuedMs, toMs: verifiedMs, y }, span),
    part('verified', { fromMs: verifiedMs, toMs: promotedMs, y }, span),
    part('current', { fromMs: promotedMs, toMs: replacedMs, y }, span),
    part('retiring', { fromMs: replacedMs, toMs: revokedMs ?? span.toMs, y }, span),
  ];
  const name = text([LEFT - 12, y + 16], life.keyId, { anchor: 'end' });
  if (revokedMs === undefined || revokedMs > span.toMs) return [name, ...parts.flat()];
  const x = xOf(revokedMs, span);
  const cross = [
    line([x - 6, y + 6], [x + 6, y + 18], `stroke="${COLORS.dead}" stroke-width="3"`),
    line([x - 6, y + 18], [x + 6, y + 6], `stroke="${COLORS.dead}" stroke-width="3"`),
  ];
  return [
    name,
    ...parts.flat(),
    ...cross,
    text([x + 12, y + 16], 'revoked, proven dead', { classes: 'quiet' }),
  ];
}

function part(state: keyof typeof COLORS, { fromMs, toMs, y }: Span, span: Span): string[] {
  const [from, to] = [xOf(fromMs, span), xOf(toMs, span)];
  return to > from ? [box({ x: from, y, width: to - from, height: BAR }, `fill="${COLORS[state]}"`)] : [];
}
