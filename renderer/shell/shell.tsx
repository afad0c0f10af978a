import { DevicesScreen } from '../screens/devices/devices-screen.tsx';
import { EmptyScreen } from '../screens/empty-screen.tsx';
import { LiveScreen } from '../screens/live/live-screen.tsx';
import { ScenariosScreen } from '../screens/scenarios/scenarios-screen.tsx';
import { StartScreen } from '../screens/start/start-screen.tsx';
import { SettingsScreen } from '../screens/settings/settings-screen.tsx';
import { useBench } from '../store/use-bench.ts';
import { useView, type ScreenName } from '../store/view-store.ts';
import { ScreenBoundary } from './screen-boundary.tsx';
import { Rail } from './rail.tsx';
import { Sheets } from './sheets.tsx';
import { StatusLines } from './status-lines.tsx';
import { TopBar } from './top-bar.tsx';
import { useShellKeys } from './use-shell-keys.ts';

function CurrentScreen({ screen }: { readonly screen: ScreenName }) {
  if (screen === 'scenarios') return <ScenariosScreen />;
  if (screen === 'start') return <StartScreen />;
  if (screen === 'live') return <LiveScreen />;
  if (screen === 'devices') return <DevicesScreen />;
  if (screen === 'settings') return <SettingsScreen />;
  return <EmptyScreen screen={screen} />;
}

/** While offers to real devices are being changed on the way out, the window says so at its edge. */
function MovingEdge() {
  const isMoving = useBench(({ host }) => host?.control.kind === 'leaving');
  return isMoving ? <div className="moving-edge" aria-hidden="true" /> : null;
}

export function Shell() {
  useShellKeys();
  const screen = useView((state) => state.screen);
  return (
    <>
      <div className="app">
        <a className="button skip-link" href="#work" onClick={(event) => focusWork(event)}>
          Skip to work
        </a>
        <TopBar />
        <StatusLines />
        <Rail />
        <main className="main" id="work" tabIndex={-1}>
          <ScreenBoundary key={screen}>
            <CurrentScreen screen={screen} />
          </ScreenBoundary>
        </main>
        <MovingEdge />
      </div>
      <Sheets />
    </>
  );
}

/** The address holds the screen, so the link moves the focus and not the address. */
function focusWork(event: React.MouseEvent): void {
  event.preventDefault();
  document.getElementById('work')?.focus();
}
