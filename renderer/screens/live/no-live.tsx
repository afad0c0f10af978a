import { FailurePanel } from '../../components/failure-panel.tsx';
import { PlayFilled } from '../../icons/icons.tsx';
import { TRY_TEMPLATE } from '../../shell/site-menu.tsx';
import { useBench, useBenchHandle } from '../../store/use-bench.ts';
import { useView, useViewHandle } from '../../store/view-store.ts';

/** Nothing to look at yet: what is missing and the button that gets it. */
export function NoLive() {
  const bench = useBenchHandle();
  const view = useViewHandle();
  const host = useBench((state) => state.host);
  const failure = useBench((state) => state.hostFailure);
  const opening = useView((state) => state.openSite);
  const isWaiting = host !== null && host.site !== null;
  return (
    <section className="empty" data-column tabIndex={-1} aria-labelledby="screen-title">
      <h1 id="screen-title">Live</h1>
      {failure === null ? null : <FailurePanel failure={failure} act={{ label: 'Ask again', run: () => void bench.refresh() }} />}
      {host === null && failure === null ? <p role="status">Waiting for the host.</p> : null}
      {isWaiting ? <p role="status">The site is open; its first values are awaited.</p> : null}
      {host !== null && !isWaiting ? (
        <>
          <p>Here will be what flows in every circuit, what each EVSE is offered and why. No site is open.</p>
          <button type="button" className="button primary" disabled={!host.leads || opening.kind === 'running'} onClick={() => void view.openSimulatedSite(TRY_TEMPLATE)}>
            <PlayFilled />
            Try without hardware
          </button>
          <p className="small muted">Starts two EVSEs, a meter and a 50 A breaker as simulated devices. Nothing outside this computer is touched.</p>
        </>
      ) : null}
      {opening.kind === 'failed' ? <FailurePanel failure={opening.failure} /> : null}
    </section>
  );
}
