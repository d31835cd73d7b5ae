const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Length in milliseconds of a span such as `30m`, `24h` or `7d`; undefined for anything else. */
export function parseSpan(text: string): number | undefined {
  const [, count, unit] = /^([1-9]\d{0,4})([mhd])$/.exec(text) ?? [];
  return count && unit ? Number(count) * UNITS[unit as keyof typeof UNITS] : undefined;
}

/** A length of time in its largest whole unit: `12 d`, `5 h`, `3 min`. */
export function formatSpan(ms: number): string {
  if (ms >= 2 * UNITS.d) return `${Math.floor(ms / UNITS.d)} d`;
  if (ms >= 2 * UNITS.h) return `${Math.floor(ms / UNITS.h)} h`;
  return `${Math.max(0, Math.floor(ms / UNITS.m))} min`;
}

/** An ISO instant to the minute. */
export function formatInstant(at: string): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}Z`;
}
