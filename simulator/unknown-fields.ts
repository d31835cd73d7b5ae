import type { SeededRandom } from './random.ts';

const chanceForEachObject = 0.3;

/**
 * A copy in which some objects have one more field that no document mentions, as exchanges add fields without
 * notice.
 * Documented fields keep their values and their order.
 */
export function withUnknownFields(value: unknown, random: SeededRandom): unknown {
  if (Array.isArray(value)) return value.map((entry) => withUnknownFields(entry, random));
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) copy[name] = withUnknownFields(inner, random);
  if (random.chance(chanceForEachObject)) copy[`x${random.hex(6)}`] = unknownValue(random);
  return copy;
}

function unknownValue(random: SeededRandom): unknown {
  const choices = [null, '', random.digits(8), Number(random.digits(4)), [], {}];
  return choices[Math.floor(random.fraction() * choices.length)];
}
