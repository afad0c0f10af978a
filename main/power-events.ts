/** The machine, or whoever stops this process, is about to take away its time; and has given it back. */
export interface PowerEvents {
  /** The listener's promise is waited for where the system lets us. */
  onSuspend(listener: () => Promise<void>): void;
  onResume(listener: () => void): void;
  close(): void;
}

/**
 * For the host without a window, on POSIX: Ctrl-Z (SIGTSTP) asks to stop and is followed only when the EVSEs are
 * left in order; SIGCONT is the way back. Whole-machine sleep, which no signal announces, is found by the loop as a
 * jump of the clock.
 */
export function createSignalPowerEvents(signals: NodeJS.EventEmitter & { pid?: number } = process, stop = stopThisProcess): PowerEvents {
  let suspend: () => Promise<void> = () => Promise.resolve();
  let resume = (): void => undefined;
  const onStop = (): void => {
    void suspend().finally(stop);
  };
  const onContinue = (): void => {
    resume();
  };
  if (process.platform !== 'win32') {
    signals.on('SIGTSTP', onStop);
    signals.on('SIGCONT', onContinue);
  }
  return {
    onSuspend(listener) {
      suspend = listener;
    },
    onResume(listener) {
      resume = listener;
    },
    close() {
      signals.removeListener('SIGTSTP', onStop);
      signals.removeListener('SIGCONT', onContinue);
    },
  };
}

/** SIGSTOP cannot be caught: this is the stop that Ctrl-Z asked for. */
function stopThisProcess(): void {
  process.kill(process.pid, 'SIGSTOP');
}
