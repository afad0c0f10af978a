import type { ScanState } from '../../../core/host-api/bench-devices.ts';
import type { HostState } from '../../../core/host-api/contract.ts';
import { FailurePanel } from '../../components/failure-panel.tsx';
import { StopFilled } from '../../icons/icons.tsx';
import { useKeys } from '../../shell/use-keys.ts';
import { useAsk } from '../../store/use-ask.ts';
import { useBenchHandle } from '../../store/use-bench.ts';
import { useViewHandle } from '../../store/view-store.ts';
import { foundText, scanAct, scanPlace, scanStep } from '../../words/scans.ts';
import { ScanForm } from './scan-form.tsx';
import { FoundList, ScanResult } from './scan-result.tsx';
import type { Ports } from './use-devices.ts';

function Running({ scan, onStop, isLocked }: { readonly scan: Extract<ScanState, { readonly kind: 'running' }>; readonly onStop: () => void; readonly isLocked: boolean }) {
  const { progress } = scan;
  const ratio = progress.total === 0 ? 0 : progress.asked / progress.total;
  useKeys({ Escape: onStop }, { hasLetters: true, isActive: !isLocked });
  return (
    <section className="panel hand-panel" aria-label="Scan">
      <div className="hand-head">
        <h2>{scanAct(progress)}</h2>
        <span className="grow" />
        <span className="num secondary">{scanStep(progress)}</span>
      </div>
      <div className="progress" role="progressbar" aria-label="Scan" aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(100 * ratio)}>
        <i style={{ width: `${100 * ratio}%` }} />
      </div>
      <p className="secondary" aria-live="polite">
        {foundText(progress.found.length)} on {scanPlace(scan)}. Only reading; the work goes on while you look at other screens.
      </p>
      <div className="scan-acts">
        <button type="button" className="button primary" disabled={isLocked} onClick={onStop} title="Escape">
          <StopFilled size={16} />
          Stop
        </button>
      </div>
      {progress.found.length === 0 ? null : <FoundList found={progress.found} target={scan.target} />}
    </section>
  );
}

/** Finds what is on a pair of wires or behind an address. */
export function ScanPanel({ host, ports, scan }: { readonly host: HostState; readonly ports: Ports; readonly scan: ScanState }) {
  const { api } = useBenchHandle().connection;
  const view = useViewHandle();
  const { ask, failure, isRunning } = useAsk();
  return (
    <div className="device-work" data-column tabIndex={-1}>
      <header className="device-title">
        <div className="device-sentence">
          <h1>{scan.kind === 'running' ? 'Scanning' : 'Scan'}</h1>
          <p className="secondary">Finds meters and EVSEs on a pair of wires whose addresses nobody wrote down.</p>
        </div>
      </header>
      {failure === null ? null : <FailurePanel failure={failure} />}
      {scan.kind === 'ended' ? <ScanResult scan={scan} /> : null}
      {scan.kind === 'running' ? (
        <Running scan={scan} isLocked={!host.leads} onStop={() => void ask(() => api.stopScan())} />
      ) : (
        <ScanForm host={host} ports={ports} isAsking={isRunning} onScan={(target) => void ask(() => api.startScan({ target }))} />
      )}
      {host.devices.length === 0 ? (
        <p className="secondary">
          No site with devices is open.{' '}
          <button type="button" className="link-button" onClick={() => void view.openSimulatedSite('two-evses-one-breaker')}>
            Try it on a simulated site
          </button>
        </p>
      ) : null}
    </div>
  );
}
