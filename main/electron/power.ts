import { powerMonitor, powerSaveBlocker } from 'electron';
import type { PowerEvents } from '../power-events.ts';
import type { PowerSave } from '../power-save.ts';

/** Sleep and wake-up of the machine; the system waits a moment for listeners, not for promises. */
export function createElectronPowerEvents(): PowerEvents {
  let suspend: () => Promise<void> = () => Promise.resolve();
  let resume = (): void => undefined;
  const onSuspend = (): void => void suspend();
  const onResume = (): void => {
    resume();
  };
  powerMonitor.on('suspend', onSuspend);
  powerMonitor.on('resume', onResume);
  return {
    onSuspend(listener) {
      suspend = listener;
    },
    onResume(listener) {
      resume = listener;
    },
    close() {
      powerMonitor.removeListener('suspend', onSuspend);
      powerMonitor.removeListener('resume', onResume);
    },
  };
}

export function createElectronPowerSave(): PowerSave {
  let blocker: number | null = null;
  return {
    hold() {
      blocker ??= powerSaveBlocker.start('prevent-app-suspension');
    },
    release() {
      if (blocker !== null) powerSaveBlocker.stop(blocker);
      blocker = null;
    },
  };
}
