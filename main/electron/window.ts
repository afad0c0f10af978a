import { BrowserWindow, shell } from 'electron';
import { SCREEN_URL } from './screen-protocol.ts';

export interface WindowOptions {
  readonly preload: string;
  /** The user wants the window closed; it stays open, and `destroy` closes it. */
  readonly onClose: () => void;
  readonly log: (line: string) => void;
}

/** A window that crashes more often than this within a minute is not loaded again: something is wrong with the machine. */
const MOST_RELOADS = 3;

/** The one window: sandboxed, context-isolated, without Node and without a way to anywhere else. */
export function openWindow({ preload, onClose, log }: WindowOptions): BrowserWindow {
  const window = new BrowserWindow({
    width: 1280,
    height: 800,
    minWidth: 960,
    minHeight: 600,
    show: false,
    webPreferences: { preload, sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false, spellcheck: false },
  });
  const { webContents } = window;
  window.setMenuBarVisibility(false);
  window.once('ready-to-show', () => {
    window.show();
  });
  window.on('close', (event) => {
    event.preventDefault();
    onClose();
  });
  webContents.on('will-navigate', (event) => {
    event.preventDefault();
  });
  webContents.on('will-attach-webview', (event) => {
    event.preventDefault();
  });
  webContents.setWindowOpenHandler(({ url }) => {
    // Vendor documents open in the browser of the user; nothing opens in here.
    if (url.startsWith('https://')) void shell.openExternal(url);
    return { action: 'deny' };
  });
  webContents.session.setPermissionRequestHandler((_contents, _permission, answer) => {
    answer(false);
  });
  reloadAfterCrash(window, log);
  void window.loadURL(SCREEN_URL);
  return window;
}

/** Control lives in the main process and goes on meanwhile. */
function reloadAfterCrash(window: BrowserWindow, log: (line: string) => void): void {
  const crashesMs: number[] = [];
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return;
    crashesMs.push(performance.now());
    const recent = crashesMs.filter((timeMs) => timeMs > performance.now() - 60_000);
    if (recent.length > MOST_RELOADS) {
      log(`The window has crashed ${recent.length} times in a minute (${reason}, ${exitCode}). Control goes on without it; npm start -- --web shows it in a browser after this program has ended.`);
      return;
    }
    log(`The window has crashed (${reason}, ${exitCode}) and is loaded again; control goes on.`);
    window.webContents.reload();
  });
}
