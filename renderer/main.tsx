import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { connectElectronHost } from './host/electron-host.ts';
import { browserPorts, connectWebHost } from './host/web-host.ts';
import { applyScheme } from './scheme.ts';

applyScheme();
const connection =
  window.chargebench === undefined ? connectWebHost(browserPorts(window.location)) : connectElectronHost(window.chargebench, () => Date.now());
const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<App connection={connection} />);
