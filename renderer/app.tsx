import './layers.css';
import '@mantine/core/styles.layer.css';
import './fonts.css';
import './tokens.css';
import './base.css';
import './shell/shell.css';
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { HostConnection } from '../core/host-api/contract.ts';
import { SCHEME_KEY } from './scheme.ts';
import { Shell } from './shell/shell.tsx';
import { screenAddress, screenOf } from './shell/address.ts';
import { openBench } from './store/bench-store.ts';
import { BenchContext } from './store/use-bench.ts';
import { openView, ViewContext } from './store/view-store.ts';
import { playerStore } from './screens/scenarios/player-store.ts';
import { PlayerContext } from './screens/scenarios/use-player.ts';
import { getStyleNonce } from './style-nonce.ts';
import { resolveVariables, THEME } from './theme.ts';

const schemeManager = localStorageColorSchemeManager({ key: SCHEME_KEY });

/** Everything a window holds, opened once for the connection it was given. */
function openWindow(connection: HostConnection) {
  return { bench: openBench(connection), view: openView(connection.api, localStorage, screenOf(location.hash) ?? 'live'), player: playerStore() };
}

export function App({ connection }: { readonly connection: HostConnection }) {
  const [{ bench, view, player }] = useState(() => openWindow(connection));
  useEffect(
    () =>
      view.subscribe((now, before) => {
        if (now.screen !== before.screen && screenOf(location.hash) !== now.screen) location.hash = screenAddress(now.screen);
      }),
    [view],
  );
  useEffect(() => {
    const onHash = (): void => {
      const screen = screenOf(location.hash);
      if (screen !== null) view.show(screen);
    };
    window.addEventListener('hashchange', onHash);
    return () => {
      window.removeEventListener('hashchange', onHash);
    };
  }, [view]);
  return (
    <MantineProvider theme={THEME} defaultColorScheme="auto" colorSchemeManager={schemeManager} cssVariablesResolver={resolveVariables} getStyleNonce={getStyleNonce}>
      <BenchContext value={bench}>
        <ViewContext value={view}>
          <PlayerContext value={player}>
            <Shell />
          </PlayerContext>
        </ViewContext>
      </BenchContext>
    </MantineProvider>
  );
}
