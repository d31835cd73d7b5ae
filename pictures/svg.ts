/** Where a text ends up relative to its point. */
type Anchor = 'start' | 'middle' | 'end';

/** Colours that change with the reader's preference; everything coloured otherwise reads well on both. */
const STYLE = `
  text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; font-size: 12px; fill: #1f2328; }
  .title { font-size: 14px; font-weight: 600; }
  .quiet { fill: #59636e; }
  .paper { fill: #ffffff; stroke: #d1d9e0; }
  .grid { stroke: #d1d9e0; stroke-width: 1; }
  .edge { stroke: #1f2328; stroke-width: 1.5; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; }
    .quiet { fill: #9198a1; }
    .paper { fill: #0d1117; stroke: #3d444d; }
    .grid { stroke: #3d444d; }
    .edge { stroke: #f0f6fc; }
  }`;

/** A whole picture. @param title for readers who do not see it */
export function picture(
  size: { width: number; height: number },
  title: string,
  parts: readonly string[],
): string {
  const { width, height } = size;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}\n</style>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

/** @param look classes of the picture's style */
export function text(
  at: readonly [number, number],
  words: string,
  look: { anchor?: Anchor; classes?: string } = {},
): string {
  const anchor = look.anchor === undefined ? '' : ` text-anchor="${look.anchor}"`;
  const classes = look.classes === undefined ? '' : ` class="${look.classes}"`;
  return `<text x="${round(at[0])}" y="${round(at[1])}"${anchor}${classes}>${escaped(words)}</text>`;
}

/** Where something is on a picture, in its units. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** @param look attributes such as `fill="…"` or `class="…"` */
export function box({ x, y, width, height }: Place, look: string): string {
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" ${look}/>`;
}

export function line(from: readonly [number, number], to: readonly [number, number], look: string): string {
  return `<line x1="${round(from[0])}" y1="${round(from[1])}" x2="${round(to[0])}" y2="${round(to[1])}" ${look}/>`;
}

/** A path through points, in steps if each pair shares a coordinate. */
export function path(points: readonly (readonly [number, number])[], look: string): string {
  const through = points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`);
  return `<path d="${through.join('')}" ${look}/>`;
}

/** About as wide as these words are in the text's size. */
export function widthOf(words: string, fontSize = 12): number {
  return words.length * fontSize * 0.56;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
