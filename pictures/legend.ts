import type { Drawn } from './series.ts';
import { box, type Place, text, widthOf } from './svg.ts';

/** What is not zero, in as many lines as it takes; of the rest only how many there are. */
export function drawLegend(drawn: readonly Drawn[], { x, y, width }: Place): string[] {
  const seen = drawn.filter(({ values }) => values.some((value) => value));
  const parts: string[] = [];
  let at = { x: x + 14, y };
  const put = (words: string, color: string | undefined) => {
    const needed = widthOf(words) + (color ? 30 : 14);
    if (at.x > x + 14 && at.x + needed > x + width) at = { x: x + 14, y: at.y + 18 };
    if (color)
      parts.push(box({ x: at.x, y: at.y - 9, width: 10, height: 10 }, `fill="${color}" fill-opacity="0.85"`));
    parts.push(text([at.x + (color ? 15 : 0), at.y], words, color ? {} : { classes: 'quiet' }));
    at = { ...at, x: at.x + needed };
  };
  for (const { label, color } of seen) put(label, color);
  const zero = drawn.length - seen.length;
  if (zero > 0) put(zero === 1 ? '1 more is zero' : `${zero} more are zero`, undefined);
  return parts;
}
