import { parseJson } from '../lambda/core/parse-json.ts';
import type { HttpCall } from '../lambda/exchanges/http.ts';

/** Shorter texts would be found anywhere. */
const SHORTEST = 8;

/**
 * Every secret that was ever on the wire or in Secrets Manager, and whether one of them shows in what left the
 * processes: plain, base64, URL-encoded or with JSON escapes.
 */
export class Leaks {
  readonly #secrets = new Set<string>();

  /** Something that may be nowhere but in Secrets Manager and on the wire. */
  note(secret: string): void {
    if (secret.length < SHORTEST) return;
    this.#secrets.add(secret);
    // A private key in PEM is as secret without its first and last line.
    const [, core] = /-----\n([\w+/=\n]+)\n-----/.exec(secret) ?? [];
    if (core !== undefined) this.#secrets.add(core);
  }

  /** Signature, passphrase and body of a signed call. */
  noteRequest({ url, headers, body }: HttpCall): void {
    for (const name of ['ACCESS-SIGN', 'ACCESS-PASSPHRASE']) this.note(headers[name] ?? '');
    const [, signature = ''] = /[?&]signature=([^&]*)/.exec(url) ?? [];
    this.note(decodeURIComponent(signature));
    if (body !== undefined) this.note(body);
  }

  /** An answer as a whole, and the secret of a new key in it. */
  noteAnswer(_call: HttpCall, text: string): void {
    this.note(text);
    for (const [, secret = ''] of text.matchAll(/"secret(?:Key)?":"([^"]+)"/g)) this.note(secret);
  }

  /** All fields of a stored value but the key's public half. */
  noteValue(text: string): void {
    this.note(text);
    const value = (parseJson(text) ?? {}) as Record<string, string>;
    for (const [field, secret] of Object.entries(value)) if (field !== 'apiKey') this.note(secret);
  }

  /** How many there are: a harness that notes none would find none. */
  get size(): number {
    return this.#secrets.size;
  }

  /** The first secret that shows in a text, by how it shows and not by what it is. */
  findIn(text: string): string | undefined {
    for (const secret of this.#secrets) {
      for (const [form, how] of formsOf(secret)) {
        if (form.length >= SHORTEST && text.includes(form)) return `${how}, ${secret.length} characters`;
      }
    }
    return undefined;
  }
}

/** How a secret may show; of ways that make the same of it, the first. */
function formsOf(secret: string): Map<string, string> {
  const escaped = JSON.stringify(secret).slice(1, -1);
  const forms: [form: string, how: string][] = [
    [secret, 'plain'],
    [Buffer.from(secret).toString('base64').replace(/=+$/, ''), 'base64'],
    [Buffer.from(secret).toString('base64url'), 'base64url'],
    [encodeURIComponent(secret), 'URL-encoded'],
    [escaped, 'escaped in JSON'],
    [JSON.stringify(escaped).slice(1, -1), 'escaped twice in JSON'],
  ];
  return new Map(forms.reverse());
}
