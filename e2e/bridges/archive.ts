import { type Bridge, textOf } from './bridge.ts';

export const archive: Bridge = {
  async apply({ emulator }, properties, physicalId) {
    const ArchiveName = textOf(properties, 'ArchiveName');
    const common = {
      ArchiveName,
      Description: properties.Description,
      EventPattern: JSON.stringify(properties.EventPattern),
      RetentionDays: Number(properties.RetentionDays),
    };
    if (physicalId === undefined) {
      const EventSourceArn = textOf(properties, 'SourceArn');
      await emulator.json('events', 'AWSEvents.CreateArchive', { ...common, EventSourceArn });
    } else {
      await emulator.json('events', 'AWSEvents.UpdateArchive', common);
    }
    return { physicalId: ArchiveName };
  },
  async remove({ emulator }, _properties, ArchiveName) {
    await emulator.json('events', 'AWSEvents.DeleteArchive', { ArchiveName });
  },
};
