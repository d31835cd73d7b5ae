import { ORDERS_TAG, POWER_TAG, READER_TAG } from '../../../lambda/contract.ts';
import {
  ADMINISTRATOR,
  BROAD,
  BROAD_GRID_BOT,
  functionOf,
  functionsOf,
  NOTIFY,
  READERS,
  SHARED_FUNCTIONS,
  WATCH_READS,
} from '../actors.ts';
import { ACCOUNTS, type Account } from '../fleet.ts';
import {
  ADMINISTER,
  asks,
  decryptVia,
  EVERYTHING_WITH_SECRETS,
  functionArnOf,
  keySecretsOf,
  MOVE_LABELS,
  managerOf,
  OTHER_KEY,
  OTHER_SECRET,
  READ,
  ROTATE,
  type Things,
  TURN_OFF,
  tagAsks,
  WRITE,
} from '../things.ts';
import { type Attack, attack, OTHERS, STRANGERS } from './attack.ts';

export function onAccount(account: Account, things: Things): Attack[] {
  const foreign = ACCOUNTS.filter((other) => other !== account);
  const strange = [...foreign.flatMap(keySecretsOf), ...foreign.map(managerOf)];
  const manager = managerOf(account);
  const inFunctions = functionsOf(account);
  const only = (...names: ('rotate' | 'reconcile' | 'operate')[]) =>
    names.map((name) => functionOf(account, name));
  return [
    attack(`functions of ${account} touch another exchange account's secrets`, inFunctions, [
      ...asks(EVERYTHING_WITH_SECRETS, ...strange),
      ...strange.map((secret) => decryptVia(secret, things.key)),
    ]),
    attack(`functions of ${account} touch a secret outside their prefix`, inFunctions, [
      ...asks(EVERYTHING_WITH_SECRETS, OTHER_SECRET),
      decryptVia(OTHER_SECRET, things.key),
      decryptVia(OTHER_SECRET, OTHER_KEY),
      decryptVia(manager, OTHER_KEY),
    ]),
    attack(
      `rotate and reconcile of ${account} change the manager secret`,
      only('rotate', 'reconcile'),
      asks([...WRITE, ...MOVE_LABELS], manager),
    ),
    attack(`rotate of ${account} starts rotations`, only('rotate'), [
      ...asks(ROTATE, ...keySecretsOf(account), manager),
      ...asks(['lambda:InvokeFunction'], functionArnOf(account, 'rotate')),
    ]),
    attack(
      `reconcile and operate of ${account} start or turn off a rotation of the manager secret`,
      only('reconcile', 'operate'),
      asks([...ROTATE, ...TURN_OFF], manager),
    ),
    attack(`rotate of ${account} turns a rotation off`, only('rotate'), [
      ...asks(TURN_OFF, ...keySecretsOf(account), manager),
    ]),
    attack(`rotate and operate of ${account} set tags`, only('rotate', 'operate'), [
      ...tagAsks([POWER_TAG], ...keySecretsOf(account), manager),
    ]),
    attack(
      `reconcile of ${account} sets tags that are not its own, or on the manager secret`,
      only('reconcile'),
      [
        ...tagAsks([POWER_TAG, 'team'], ...keySecretsOf(account)),
        ...tagAsks([`${READER_TAG}1234abcd`], ...keySecretsOf(account)),
        ...tagAsks([POWER_TAG], manager),
      ],
    ),
    attack(
      `watch-reads does more with the secrets of ${account} than look and note`,
      [WATCH_READS],
      [
        ...asks(
          [...READ, ...WRITE, ...MOVE_LABELS, ...ROTATE, ...TURN_OFF, ...ADMINISTER],
          ...keySecretsOf(account),
        ),
        ...tagAsks([ORDERS_TAG], ...keySecretsOf(account)),
        ...tagAsks([`${READER_TAG}1234abcd`, 'team'], ...keySecretsOf(account)),
        ...tagAsks([`${READER_TAG}1234abcd`], manager, OTHER_SECRET),
        ...asks(EVERYTHING_WITH_SECRETS, manager, OTHER_SECRET),
      ],
    ),
    attack(
      `reconcile and operate of ${account} write a key's value`,
      only('reconcile', 'operate'),
      asks(WRITE, ...keySecretsOf(account)),
    ),
    attack(
      `functions of ${account} delete their secrets or change who may read them`,
      inFunctions,
      asks(ADMINISTER, ...keySecretsOf(account), manager),
    ),
    attack(
      `somebody reads the manager secret of ${account}`,
      [...OTHERS, BROAD_GRID_BOT, ADMINISTRATOR, ...SHARED_FUNCTIONS, ...functionsOf(...foreign)],
      asks(READ, manager),
    ),
    attack(
      `somebody without rights touches the secrets of ${account}`,
      [NOTIFY, ...STRANGERS],
      asks(EVERYTHING_WITH_SECRETS, ...keySecretsOf(account), manager),
    ),
    attack(
      `a role with secretsmanager:* reads or writes a value of ${account}`,
      [BROAD],
      asks([...READ, ...WRITE], ...keySecretsOf(account), manager),
    ),
    attack(`readers write secrets of ${account}`, READERS, [
      ...asks(
        [...WRITE, ...MOVE_LABELS, ...ROTATE, ...TURN_OFF, ...ADMINISTER],
        ...keySecretsOf(account),
        manager,
      ),
      ...tagAsks([`${READER_TAG}1234abcd`], ...keySecretsOf(account), manager),
    ]),
  ];
}
