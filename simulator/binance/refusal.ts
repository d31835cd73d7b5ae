/**
 * Binance's error codes, each with one of its documented wordings:
 * https://developers.binance.com/docs/binance-spot-api-docs/errors for all of /api, and the wallet's table,
 * https://developers.binance.com/docs/wallet/error-code, for those that only /sapi has (-1004, -1099, -1131,
 * -2008). -9000 is from the page of create, version 2.
 */
const texts = {
  '-1000': 'An unknown error occurred while processing the request.',
  '-1001': 'Internal error; unable to process your request. Please try again.',
  '-1002': 'You are not authorized to execute this request.',
  '-1003':
    'Too much request weight used; current limit is {0} request weight per {1}. Please use WebSocket Streams ' +
    'for live updates to avoid polling the API.',
  '-1004': 'Server is busy, please wait and try again',
  '-1006': 'An unexpected response was received from the message bus. Execution status unknown.',
  '-1007': 'Timeout waiting for response from backend server. Send status unknown; execution status unknown.',
  '-1008': 'Server is currently overloaded with other requests. Please try again in a few minutes.',
  '-1013': 'Filter failure: {0}',
  '-1015': 'Too many new orders.',
  '-1016': 'This service is no longer available.',
  '-1020': 'This operation is not supported.',
  '-1021': 'Timestamp for this request is outside of the recvWindow.',
  '-1022': 'Signature for this request is not valid.',
  '-1099': 'Not found, authenticated, or authorized',
  '-1100': "Illegal characters found in parameter '{0}'; legal range is '{1}'.",
  '-1101': 'Duplicate values for a parameter detected.',
  '-1102': "Mandatory parameter '{0}' was not sent, was empty/null, or malformed.",
  '-1103': 'An unknown parameter was sent.',
  '-1104': "Not all sent parameters were read; read '{0}' parameter(s) but was sent '{1}'.",
  '-1105': "Parameter '{0}' was empty.",
  '-1106': "Parameter '{0}' sent when not required.",
  '-1108': "Parameter '{0}' overflowed.",
  '-1111': "Parameter '{0}' has too much precision.",
  '-1115': 'Invalid timeInForce.',
  '-1116': 'Invalid orderType.',
  '-1117': 'Invalid side.',
  '-1121': 'Invalid symbol.',
  '-1127': 'More than {0} hours between startTime and endTime.',
  '-1128': 'Combination of optional parameters invalid.',
  '-1130': "Data sent for parameter '{0}' is not valid.",
  '-1131': 'recvWindow must be less than 60000',
  '-2008': 'Invalid Api-Key ID',
  '-2010': '{0}',
  '-2013': 'Order does not exist.',
  '-2014': 'API-key format invalid.',
  '-2015': 'Invalid API-key, IP, or permissions for action.',
  '-9000': 'Unsupported operation',
} as const;

export type RefusalCode = keyof typeof texts;

/** The HTTP statuses other than 400. That 401 and the 5xx belong to these codes is unconfirmed. */
const statuses: Partial<Record<RefusalCode, number>> = {
  '-1000': 500,
  '-1001': 503,
  '-1002': 401,
  '-1003': 429,
  '-1004': 503,
  '-1006': 504,
  '-1007': 504,
  '-1008': 503,
  '-1016': 503,
  '-2014': 401,
  '-2015': 401,
};

/** Other wordings of the same codes. */
const otherTexts = {
  ahead: "Timestamp for this request was 1000ms ahead of the server's time.",
  banned:
    'Way too much request weight used; IP banned until {0}. Please use WebSocket Streams for live updates to ' +
    'avoid bans.',
  illegal: 'Illegal characters found in a parameter.',
  both: "Param '{0}' or '{1}' must be sent, but both were empty/null!",
  tooGreat: "'{0}' contains unexpected value. Cannot be greater than {1}.",
  tooMany: "Too many parameters; expected '{0}' and received '{1}'.",
} as const;

interface Manner {
  readonly details?: readonly string[];
  readonly wording?: keyof typeof otherTexts;
  readonly status?: number;
  /** Seconds, for those who have called too often. */
  readonly retryAfter?: number;
}

/** Binance refuses a request: a documented code, and its text with the blanks filled in. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  readonly status: number;
  readonly retryAfter: number | undefined;

  constructor(code: RefusalCode, { details = [], wording, status, retryAfter }: Manner = {}) {
    const text: string = wording === undefined ? texts[code] : otherTexts[wording];
    super(text.replace(/\{(\d)\}/g, (_, place) => details[Number(place)] ?? '').trim());
    this.code = code;
    this.status = status ?? statuses[code] ?? 400;
    this.retryAfter = retryAfter;
  }
}

export function isRefusalCode(code: string): code is RefusalCode {
  return Object.hasOwn(texts, code);
}
