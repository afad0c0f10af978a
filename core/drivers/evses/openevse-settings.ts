import { keptSettings, type DeviceSettings } from '../../devices/kept-settings.ts';
import type { Clock } from '../../time/clock.ts';
import type { EvseDriver } from '../driver.ts';
import { createListeners } from '../listeners.ts';

export interface OpenEvseSettingsWatch {
  /** The whole document of the topic `config`. */
  takeConfig(document: Readonly<Record<string, unknown>>): void;
  /** The text of the topic `schedule`. */
  takeSchedule(text: string): void;
  readonly on: EvseDriver['onSettings'];
}

/**
 * A gateway keeps its settings in two retained documents (reference d.2). What comes together is told together, nothing before the
 * first whole `config`, and after that only a change.
 */
export function watchOpenEvseSettings(clock: Clock): OpenEvseSettingsWatch {
  const listeners = createListeners<DeviceSettings>();
  let config: Readonly<Record<string, unknown>> | null = null;
  let schedule: string | null = null;
  let told: DeviceSettings | null = null;
  let isTellingDue = false;

  const tell = (): void => {
    isTellingDue = false;
    if (config === null) return;
    const settings = keptSettings('openevse', { ...config, ...(schedule === null ? {} : { schedule }) });
    if (JSON.stringify(settings) === JSON.stringify(told)) return;
    told = settings;
    listeners.emit(settings);
  };
  const tellSoon = (): void => {
    if (isTellingDue) return;
    isTellingDue = true;
    clock.callAt(clock.monotonicMs(), tell);
  };

  return {
    takeConfig(document) {
      config = document;
      tellSoon();
    },
    takeSchedule(text) {
      schedule = text;
      tellSoon();
    },
    on(listener) {
      if (told !== null) listener(told);
      return listeners.add(listener);
    },
  };
}
