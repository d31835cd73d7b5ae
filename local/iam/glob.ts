/** Whether `text` fits a pattern in which `*` stands for any text and `?` for any one character. */
export function fitsGlob(pattern: string, text: string): boolean {
  return compileGlob(pattern).test(text);
}

const compiled = new Map<string, RegExp>();

function compileGlob(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known) return known;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${source}$`, 's');
  compiled.set(pattern, expression);
  return expression;
}
