/**
 * npm and npx run a command through a shell, and the shell does not pass on the signal that ends it: whoever ends
 * npm would leave the program behind, still in control and unseen. So under npm the program looks whether its parent
 * is still there, and ends itself in order when it is not. Started in any other way it may outlive its parent.
 */
const EVERY_MS = 500;
const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/** Calls when the first of a signal that the program listens to arrives; one it does not listen to ends it anyway. @param {() => void} noted */
function noteSignals(noted) {
  for (const signal of SIGNALS) {
    /** @param {string | symbol} name */
    const follow = (name) => {
      if (name !== signal) return;
      process.off('newListener', follow);
      process.once(signal, noted);
    };
    process.on('newListener', follow);
  }
}

export function endWithParent() {
  // Windows keeps the number of a parent that is gone.
  if (process.platform === 'win32' || process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  let isAlone = false;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    // Once more: the signal that ended the parent may be on its way here as well.
    if (isAlone) process.kill(process.pid, 'SIGTERM');
    isAlone = true;
  }, EVERY_MS);
  timer.unref();
  // A signal to the whole group ends the shell too, and a second one would tell the program not to wait for the EVSEs.
  noteSignals(() => clearInterval(timer));
}
