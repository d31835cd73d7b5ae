/** Whether a line fits a filter. */
export type LineFilter = (message: string) => boolean;

const TERM = /([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"{}[\]%]+))(?:\s+|$)/y;
const JSON_EQUALITY = /^\{\s*\$((?:\.[\w-]+)+)\s*(=|!=)\s*(?:"([^"*]*)"|([^\s"*]+))\s*\}$/;

/**
 * Reads a filter pattern: words and quoted phrases (`-word` excludes, `?word` is one of several), or one
 * comparison of a JSON field, `{ $.a.b = "text" }`.
 *
 * @throws Error for any other pattern, rather than to filter wrongly.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function parseFilterPattern(pattern: string): LineFilter {
  const trimmed = pattern.trim();
  return trimmed.startsWith('{') ? jsonFilter(trimmed) : termFilter(trimmed);
}

function termFilter(pattern: string): LineFilter {
  const terms: { sign: string; text: string }[] = [];
  TERM.lastIndex = 0;
  for (let at = 0; at < pattern.length; at = TERM.lastIndex) {
    const match = TERM.exec(pattern);
    if (!match) throw notModelled(pattern);
    terms.push({ sign: match[1] ?? '', text: (match[2] ?? match[3] ?? '').replace(/\\(.)/g, '$1') });
  }
  const textsWith = (sign: string): string[] =>
    terms.filter((term) => term.sign === sign).map(({ text }) => text);
  const [needed, excluded, optional] = [textsWith(''), textsWith('-'), textsWith('?')];
  return (message) =>
    needed.every((text) => message.includes(text)) &&
    !excluded.some((text) => message.includes(text)) &&
    (optional.length === 0 || optional.some((text) => message.includes(text)));
}

function jsonFilter(pattern: string): LineFilter {
  const [, path = '', operator, quoted, bare] = JSON_EQUALITY.exec(pattern) ?? [];
  if (!path) throw notModelled(pattern);
  const wanted = quoted ?? bare;
  return (message) => {
    const value = fieldOf(message, path.slice(1).split('.'));
    return value !== undefined && (String(value) === wanted) === (operator === '=');
  };
}

function fieldOf(message: string, path: readonly string[]): unknown {
  try {
    return path.reduce<unknown>(
      (value, key) => (value as Record<string, unknown> | null)?.[key],
      JSON.parse(message),
    );
  } catch {
    return undefined;
  }
}

function notModelled(pattern: string): Error {
  return new Error(`the local cloud does not model the filter pattern ${pattern}`);
}
