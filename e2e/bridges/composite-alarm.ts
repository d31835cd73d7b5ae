import { type Bridge, textOf } from './bridge.ts';

const TARGET = 'GraniteServiceVersion20100801';

/** Refused by the emulator if one of its alarms does not exist, as by CloudWatch. */
export const compositeAlarm: Bridge = {
  async apply({ emulator }, properties) {
    const AlarmName = textOf(properties, 'AlarmName');
    await emulator.json('monitoring', `${TARGET}.PutCompositeAlarm`, {
      AlarmName,
      AlarmDescription: properties.AlarmDescription,
      AlarmRule: textOf(properties, 'AlarmRule'),
      AlarmActions: properties.AlarmActions ?? [],
    });
    return { physicalId: AlarmName };
  },
  async remove({ emulator }, _properties, AlarmName) {
    await emulator.json('monitoring', `${TARGET}.DeleteAlarms`, { AlarmNames: [AlarmName] });
  },
};
