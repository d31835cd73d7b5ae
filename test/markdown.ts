import { readdirSync, readFileSync } from 'node:fs';

/** A heading with the text below it, up to the next heading of the same or a higher level. */
interface Section {
  readonly title: string;
  readonly text: string;
}

/** The repository's documents: those in its root and all under `docs/`. */
export function documents(): string[] {
  const inRoot = readdirSync('.').filter((name) => name.endsWith('.md'));
  const inDocs = readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
  return [...inRoot, ...inDocs].sort();
}

/** The sections of one level, in order. */
export function sections(text: string, level: number): Section[] {
  const marks = '#'.repeat(level);
  return withoutCode(text)
    .split(new RegExp(`^(?=#{1,${level}} )`, 'm'))
    .filter((part) => part.startsWith(`${marks} `))
    .map((part) => {
      const [title = '', ...rest] = part.split('\n');
      return { title: title.slice(level + 1), text: rest.join('\n') };
    });
}

/** Targets of the links that lead to files of the repository. */
export function relativeLinks(text: string): string[] {
  return [...withoutCode(text).matchAll(/\]\(([^()\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** What a link may name behind `#`: headings as GitHub links them, and ids written out. */
export function anchors(path: string): Set<string> {
  const text = withoutCode(readFileSync(path, 'utf8'));
  const headings = [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, title = '']) => slug(title));
  const ids = [...text.matchAll(/<a id="([^"]+)"><\/a>/g)].map(([, id = '']) => id);
  return new Set([...headings, ...ids]);
}

/** Letters, digits, hyphens and underscores stay, spaces become hyphens, everything else goes. */
function slug(title: string): string {
  const plain = title.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
  return plain
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

/** Without fenced blocks: what stands there is neither heading nor link. */
function withoutCode(text: string): string {
  return text.replace(/^ *```[\s\S]*?^ *```$/gm, '');
}
