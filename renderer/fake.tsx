import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { fakeHost, type FakeHost } from './host/fake-host.ts';
import { FAKE_STATES } from './host/fake-states.ts';
import { applyScheme } from './scheme.ts';

/** Pictures of states without a host: `fake.html?state=silent#/live`. The host stands on the window for whoever drives it. */
declare global {
  interface Window {
    fakeHost?: FakeHost;
  }
}

applyScheme();
const wanted = new URLSearchParams(location.search).get('state') ?? 'usual';
const host = fakeHost(FAKE_STATES[wanted]?.options ?? {});
window.fakeHost = host;
const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<App connection={host} />);
FAKE_STATES[wanted]?.then?.(host);
