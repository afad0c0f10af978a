import type { FoundUnit, ScannedLine } from '../../../core/commissioning/bus-scan.ts';
import type { ScanState } from '../../../core/host-api/bench-devices.ts';
import { FailurePanel } from '../../components/failure-panel.tsx';
import { StateIcon } from '../../icons/state-icon.tsx';
import { UNPROVEN_WORDS } from '../../words/devices.ts';
import { lineWords } from '../../words/links.ts';
import { hasBytes, HINT_WORDS, LATENCY_TITLE, latencyCures, likelihood, MASTER_WORDS, scanPlace, scanTitle, SILENT_WORDS } from '../../words/scans.ts';

/** What answers at one address, the likeliest model first. */
export function FoundList({ found, target }: { readonly found: readonly FoundUnit[]; readonly target: string }) {
  return (
    <ul className="found-list">
      {found.map(({ unitId, line, candidates }) => (
        <li key={`${unitId} ${line?.baud ?? ''} ${line?.parity ?? ''}`}>
          <StateIcon state={candidates.length === 0 ? 'unknown' : 'good'} size={20} />
          <div className="found-words">
            <p>
              <b>Unit {unitId}</b> <span className="muted num">{line === null ? '' : lineWords(line)}</span>
            </p>
            {candidates.length === 0 ? <p className="secondary">It answers, and is like nothing described. Look at its type plate: another model can be described in a file of your own, without a rebuild.</p> : null}
            <ol className="candidates">
              {candidates.map((candidate, place) => (
                <li key={candidate.model}>
                  <span className={place === 0 ? 'bold' : ''}>{candidate.name}</span> <span className="small secondary">{likelihood(candidates, place)}</span>
                  {candidate.isUnproven ? <span className="small attention-words"> {UNPROVEN_WORDS}</span> : null}
                </li>
              ))}
            </ol>
            {candidates[0] === undefined ? null : (
              <p className="small secondary">
                In the site’s file: <code className="mono">{`"model": "${candidates[0].model}", "link": { "kind": "modbus", "transport": "${target}", "unitId": ${unitId} }`}</code>
              </p>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}

function Hints({ line }: { readonly line: ScannedLine }) {
  return (
    <section aria-label="What the bytes say">
      <h3>Bytes came, but no whole frame{line.line === null ? '' : ` at ${lineWords(line.line)}`}: look in this order</h3>
      <ol className="hint-list">
        {line.hints.map(({ kind, isLikely }) => (
          <li key={kind}>
            <StateIcon state={isLikely ? 'attention' : 'open'} />
            <span>
              <b>{HINT_WORDS[kind].title}</b>
              {isLikely ? ', the bytes speak for it' : ''}. <span className="secondary">{HINT_WORDS[kind].todo}</span>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function LatencyTimer({ target }: { readonly target: string }) {
  return (
    <section className="failure mild" aria-label="Latency timer">
      <StateIcon state="attention" size={20} />
      <div>
        <p className="what">{LATENCY_TITLE}</p>
        <p>Its latency timer makes every answer up to 16 ms late. Set it to 1 ms:</p>
        <dl className="facts">
          {latencyCures(target).map(({ system, cure }) => (
            <div key={system}>
              <dt>{system}</dt>
              <dd className="mono">{cure}</dd>
            </div>
          ))}
        </dl>
      </div>
    </section>
  );
}

/** Stays until the next scan: who answered, or what the line says about itself. */
export function ScanResult({ scan }: { readonly scan: Extract<ScanState, { readonly kind: 'ended' }> }) {
  const isSilent = scan.found.length === 0 && !scan.hearsMaster && !hasBytes(scan.lines) && scan.failure === null && scan.isComplete;
  return (
    <section className="panel hand-panel" aria-labelledby="scan-result-title" tabIndex={-1} id="scan-result">
      <h2 id="scan-result-title">
        {scanTitle(scan)} <span className="muted small">{scanPlace(scan)}</span>
      </h2>
      {scan.failure === null ? null : <FailurePanel failure={scan.failure} />}
      {scan.hearsMaster ? (
        <p className="lock-line">
          <StateIcon state="attention" />
          {MASTER_WORDS}
        </p>
      ) : null}
      {scan.found.length === 0 ? null : <FoundList found={scan.found} target={scan.target} />}
      {isSilent ? <p className="secondary">{SILENT_WORDS}</p> : null}
      {scan.lines
        .filter(({ hints }) => hints.length > 0)
        .map((line, index) => (
          <Hints key={index} line={line} />
        ))}
      {scan.lines.some(({ hasLatencyTimer }) => hasLatencyTimer) ? <LatencyTimer target={scan.target} /> : null}
    </section>
  );
}
