/** How many names an error offers. */
const OFFERED = 3;

/** The names that were most likely meant, best first. A key may be meant by its name without the account. */
export function nearest(typed: string, names: readonly string[]): string[] {
  const distance = (name: string) =>
    Math.min(editDistance(typed, name), editDistance(typed, name.slice(name.indexOf('/') + 1)));
  return names
    .map((name) => ({ name, distance: distance(name) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, OFFERED)
    .map(({ name }) => name);
}

/** Characters to insert, delete or replace to make one text of the other. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...a].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (row[column - 1] ?? 0) + (b[column - 1] === letter ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
