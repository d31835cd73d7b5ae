/**
 * Reads EventBridge's wildcard text: `*` stands for any text, `\*` and `\\` for themselves.
 *
 * @throws Error for two stars in a row or another escape, which EventBridge refuses.
 */
export function parseWildcard(text: string): RegExp {
  if (/(?<!\\)(?:\\\\)*\*\*/.test(text)) throw new Error(`wildcard '${text}' has consecutive stars`);
  const source = text.replace(/\\(.)|\*|[\\^$.|?+()[\]{}]/gs, (part, escaped?: string) => {
    if (part === '*') return '.*';
    if (escaped === undefined) return `\\${part}`;
    if (escaped !== '*' && escaped !== '\\') throw new Error(`wildcard '${text}' has an invalid escape`);
    return `\\${escaped}`;
  });
  return new RegExp(`^${source}$`, 's');
}
