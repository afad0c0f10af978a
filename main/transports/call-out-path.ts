/** macOS has two names for a port; the tty. one waits for a modem's carrier when it is opened (Apple: tty(4), "dial-in"). */
export const callOutPath = (path: string, platform: NodeJS.Platform): string => (platform === 'darwin' ? path.replace(/^\/dev\/tty\./, '/dev/cu.') : path);
