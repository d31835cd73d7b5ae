import { ServiceError } from './service-error.ts';

interface Page<T> {
  readonly items: T[];
  /** Present when there is more. */
  readonly NextToken?: string;
}

/** One page of a list. @throws ServiceError InvalidNextTokenException for a token that was not handed out. */
export function paginate<T>(
  all: readonly T[],
  request: { MaxResults?: number | undefined; NextToken?: string | undefined },
  defaultSize: number,
): Page<T> {
  const start = request.NextToken === undefined ? 0 : decodeToken(request.NextToken);
  const end = start + (request.MaxResults ?? defaultSize);
  const items = all.slice(start, end);
  return end < all.length ? { items, NextToken: encodeToken(end) } : { items };
}

function encodeToken(offset: number): string {
  return Buffer.from(`offset:${offset}`).toString('base64url');
}

function decodeToken(token: string): number {
  const match = /^offset:(\d+)$/.exec(Buffer.from(token, 'base64url').toString());
  if (!match) throw new ServiceError('InvalidNextTokenException', 'The NextToken value is invalid.');
  return Number(match[1]);
}
