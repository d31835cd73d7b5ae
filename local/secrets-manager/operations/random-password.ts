import { randomInt } from 'node:crypto';
import type { z } from 'zod';
import { operation } from '../operation.ts';
import { getRandomPasswordRequest } from '../requests.ts';
import { invalidParameter } from '../service-error.ts';

const DEFAULT_LENGTH = 32;
const UPPERCASE = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/** @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html */
export const getRandomPassword = operation({
  request: getRandomPasswordRequest,
  readOnly: true,
  answer(_context, request) {
    const length = request.PasswordLength ?? DEFAULT_LENGTH;
    const types = characterTypes(request);
    const required = (request.RequireEachIncludedType ?? true) ? types : [];
    if (types.length === 0) throw invalidParameter('Every character is excluded from the password.');
    if (length < required.length) {
      throw invalidParameter('The password is too short to have a character of each included type.');
    }
    const rest = Array.from({ length: length - required.length }, () => oneOf(types.join('')));
    return { RandomPassword: shuffled([...required.map(oneOf), ...rest]).join('') };
  },
});

function characterTypes(request: z.infer<typeof getRandomPasswordRequest>): string[] {
  const types = [
    request.ExcludeUppercase ? '' : UPPERCASE,
    request.ExcludeLowercase ? '' : UPPERCASE.toLowerCase(),
    request.ExcludeNumbers ? '' : '0123456789',
    request.ExcludePunctuation ? '' : PUNCTUATION,
    request.IncludeSpace ? ' ' : '',
  ];
  const excluded = new Set(request.ExcludeCharacters);
  return types.map((type) => [...type].filter((letter) => !excluded.has(letter)).join('')).filter(Boolean);
}

function oneOf(letters: string): string {
  return letters.charAt(randomInt(letters.length));
}

function shuffled(letters: string[]): string[] {
  const result = [...letters];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [result[last], result[other]] = [result[other] ?? '', result[last] ?? ''];
  }
  return result;
}
