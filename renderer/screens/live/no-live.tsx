import { FailurePanel } from '../../components/failure-panel.tsx';
import { PlayFilled } from '../../icons/icons.tsx';
import { TRY_TEMPLATE } from '../../shell/site-menu.tsx';
import { useBench, useBenchHandle } from '../../store/use-bench.ts';
import { useView, useViewHandle } from '../../store/view-store.ts';
import { DeviceList } from '../device-list.tsx';

/** The site is drawn and judged, and rests: nothing here speaks with its devices. */
function Resting() {
  const view = useViewHandle();
  const devices = useBench(({ host }) => host?.devices ?? []);
  return (
    <>
      <p>The site is open and judged, but nothing can be shown live: not every device can be reached.</p>
      <DeviceList devices={devices.filter(({ unreachable }) => unreachable !== null)} />
      <button type="button" className="button" onClick={() => view.show('site')}>
        Open Site
      </button>
      <button type="button" className="button" onClick={() => view.show('start')}>
        Projects and templates
      </button>
    </>
  );
}

function NoSite({ isLocked }: { readonly isLocked: boolean }) {
  const view = useViewHandle();
  return (
    <>
      <p>Here will be what flows in every circuit, what each EVSE is offered and why. No site is open.</p>
      <button type="button" className="button primary" disabled={isLocked} onClick={() => void view.openSimulatedSite(TRY_TEMPLATE)}>
        <PlayFilled />
        Try without hardware
      </button>
      <p className="small muted">Starts two EVSEs, a meter and a 50 A breaker as simulated devices. Nothing outside this computer is touched.</p>
    </>
  );
}

/** Nothing to look at yet: what is missing and the button that gets it. */
export function NoLive() {
  const bench = useBenchHandle();
  const host = useBench((state) => state.host);
  const failure = useBench((state) => state.hostFailure);
  const opening = useView((state) => state.openSite);
  const isResting = host?.devices.some(({ unreachable }) => unreachable !== null) === true;
  const isWaiting = host !== null && host.site !== null && !isResting;
  return (
    <section className="empty" data-column tabIndex={-1} aria-labelledby="screen-title">
      <h1 id="screen-title">Live</h1>
      {failure === null ? null : <FailurePanel failure={failure} act={{ label: 'Ask again', run: () => void bench.refresh() }} />}
      {host === null && failure === null ? <p role="status">Waiting for the host.</p> : null}
      {isWaiting ? <p role="status">The site is open; its first values are awaited.</p> : null}
      {isResting ? <Resting /> : null}
      {host !== null && host.site === null ? <NoSite isLocked={!host.leads || opening.kind === 'running'} /> : null}
      {opening.kind === 'failed' ? <FailurePanel failure={opening.failure} /> : null}
    </section>
  );
}
