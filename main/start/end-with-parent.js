/**
 * npm and npx run a command through a shell, and the shell does not pass on the signal that ends it: whoever ends
 * npm would leave the program behind, still in control and unseen. So under npm the program looks whether its parent
 * is still there, and ends itself in order when it is not. Started in any other way it may outlive its parent.
 */
const EVERY_MS = 500;

export function endWithParent() {
  // Windows keeps the number of a parent that is gone.
  if (process.platform === 'win32' || process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, EVERY_MS);
  timer.unref();
}
