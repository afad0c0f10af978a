import { describe, expect, it } from 'vitest';
import { openCommand, reachLines, tunnelCommand } from './reach.ts';

const pi = { user: 'pi', hostname: 'garage', env: {} };
const url = 'http://127.0.0.1:18399/?token=abc';

describe('reaching the web host', () => {
  it('needs only the address where there is a screen', () => {
    expect(reachLines(url, true, pi)).toEqual([`Chargebench runs at ${url}`]);
  });

  it('spells out the tunnel on a machine without a screen', () => {
    expect(reachLines(url, false, pi).join('\n')).toContain('ssh -L 18399:127.0.0.1:18399 pi@garage');
  });

  it('names the address the user already reached this machine under', () => {
    const env = { SSH_CONNECTION: '192.168.1.7 51514 192.168.1.20 22' };
    expect(tunnelCommand(8080, { ...pi, env })).toBe('ssh -L 8080:127.0.0.1:8080 pi@192.168.1.20');
  });

  it('keeps an unusual SSH port', () => {
    const env = { SSH_CONNECTION: '192.168.1.7 51514 192.168.1.20 2222' };
    expect(tunnelCommand(8080, { ...pi, env })).toBe('ssh -p 2222 -L 8080:127.0.0.1:8080 pi@192.168.1.20');
  });

  it('opens a browser the way of each platform', () => {
    expect(openCommand('linux', url)).toEqual({ file: 'xdg-open', args: [url] });
    expect(openCommand('darwin', url)).toEqual({ file: 'open', args: [url] });
    expect(openCommand('win32', 'http://a/?b&c').args.at(-1)).toBe('http://a/?b^&c');
  });
});
