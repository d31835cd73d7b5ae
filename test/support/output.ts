import { vi } from 'vitest';

/** Keeps what this process writes from now on, line by line, instead of writing it; until mocks are restored. */
export function captureOutput(): () => string[] {
  const pieces: string[] = [];
  const keep = (piece: string | Uint8Array) => pieces.push(String(piece)) > 0;
  vi.spyOn(process.stdout, 'write').mockImplementation(keep);
  vi.spyOn(process.stderr, 'write').mockImplementation(keep);
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, method).mockImplementation(
      (...shown: unknown[]) => void pieces.push(`${shown.join(' ')}\n`),
    );
  }
  return () =>
    pieces
      .join('')
      .split('\n')
      .filter((line) => line !== '');
}
