import type { Verb } from './verb.ts';
import { audit } from './verbs/audit.ts';
import { managerPut } from './verbs/manager-put.ts';
import { rotate } from './verbs/rotate.ts';
import { status } from './verbs/status.ts';

/** Everything that the CLI can do, in the order in which an operator meets it. */
export const VERBS: readonly Verb[] = [managerPut, status, rotate, audit];
