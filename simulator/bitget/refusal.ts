/**
 * Bitget's error codes with their texts, from the general table and the unified account's table:
 * https://www.bitget.com/api-doc/spot/error-code/restapi, https://www.bitget.com/api-doc/uta/error-code/restapi.
 * 40099 is in neither; its text is that of bodies which users received (ccxt issues 25004, 25502 and 26125).
 */
const texts = {
  '429': 'Too Many Requests',
  '22010': 'Please bind ip whitelist address',
  '25004': 'Operation too frequent, please try again later',
  '25100': 'Trading pair {0} does not exist',
  '25202': 'Insufficient balance',
  '25212': 'Duplicate clientOid',
  '25245': 'The account is not the unified account mode',
  '25620': 'permission denied',
  '40001': 'ACCESS_KEY cannot be empty',
  '40002': 'ACCESS_SIGN cannot be empty',
  '40003': 'Signature cannot be empty',
  '40005': 'Invalid ACCESS_TIMESTAMP',
  '40006': 'Invalid ACCESS_KEY',
  '40007': 'Invalid Content_Type',
  '40008': 'Request timestamp expired',
  '40009': 'sign signature error',
  '40010': 'Request timed out',
  '40011': 'ACCESS_PASSPHRASE cannot be empty',
  '40012': 'apikey/password is incorrect',
  '40013': 'User status is abnormal',
  '40014': 'Incorrect permissions, need {0} permissions',
  '40015': 'System is abnormal, please try again later',
  '40016': 'The user must bind the phone or Google',
  '40017': 'Parameter verification failed {0}',
  '40018': 'Invalid IP',
  '40019': 'Parameter {0} cannot be empty',
  '40022': 'The business of this account has been restricted',
  '40023': 'API service has been restricted. For any inquiries, please contact customer service',
  '40024': 'Account has been frozen',
  '40026': 'User is disabled',
  '40028': 'This subUid does not belong to this account',
  '40036': 'passphrase is error',
  '40037': 'Apikey does not exist',
  '40038': 'The current ip is not in the apikey ip whitelist',
  '40040': 'user api key permission setting error',
  '40041': "User's ApiKey does not exist",
  '40048': "The user's ApiKey must be the parent account",
  '40053': 'Value range verification failed: {0} should be between {1}',
  '40056': 'remark must be length of 1 ~ 20',
  '40057': 'Parameter {0} {1} does not meet specification',
  '40058': 'Parameter {0} Only a maximum of {1} is allowed',
  '40061': 'sub-account not allow access',
  '40063': 'API exceeds the maximum limit added',
  '40065': 'This subApikey does not exist',
  '40066': 'This subUid does not belong to the account or is not a virtual sub-account',
  '40068': 'Disable subaccount access',
  '40070': 'passphrase 8-32 characters with letters and numbers',
  '40078': 'Timestamp for this request is outside of the ME receiveWindow.',
  '40099': 'exchange environment is incorrect',
  '40404': 'Request URL NOT FOUND',
  '40725': 'service return an error',
  '40808': 'Parameter verification exception {0}',
  '45001': 'Unknown error',
} as const;

export type RefusalCode = keyof typeof texts;

/** Bitget refuses a request: a documented code, and its text with the blanks filled in. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;

  constructor(code: RefusalCode, ...details: string[]) {
    super(texts[code].replace(/\{(\d)\}/g, (_, place) => details[Number(place)] ?? '').trim());
    this.code = code;
  }

  /** API errors come with 400, the rate limit with 429, an unknown route with 404. */
  get status(): number {
    if (this.code === '429') return 429;
    return this.code === '40404' ? 404 : 400;
  }
}

export function isRefusalCode(code: string): code is RefusalCode {
  return Object.hasOwn(texts, code);
}
