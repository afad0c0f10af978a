import { useEffect, useMemo, useRef, useState } from 'react';
import type { TrafficEntry } from '../../../core/host-api/bench-devices.ts';
import type { DeviceConnection } from '../../../core/host-api/contract.ts';
import type { Failure } from '../../../core/errors.ts';
import { FailurePanel } from '../../components/failure-panel.tsx';
import { ArrowLeft, ArrowRight, Download, PauseFilled, PlayFilled } from '../../icons/icons.tsx';
import { StateIcon } from '../../icons/state-icon.tsx';
import { useBenchHandle } from '../../store/use-bench.ts';
import { asText, decimal } from '../../words/numbers.ts';
import { entryText, faultText, frameTime, meaningParts, titleText } from '../../words/traffic.ts';
import { FrameView } from './frame-view.tsx';
import type { Traffic } from './use-traffic.ts';

type Scope = 'link' | 'device' | 'faults';

const SCOPES: readonly { readonly scope: Scope; readonly text: string }[] = [
  { scope: 'link', text: 'This link' },
  { scope: 'device', text: 'This device' },
  { scope: 'faults', text: 'Faults only' },
];

/** More rows than this slow a small computer down; the filter reaches all that is kept. */
const MOST_ROWS = 200;

function isShown(entry: TrafficEntry, scope: Scope, device: DeviceConnection, wanted: string): boolean {
  if (scope === 'device' && entry.deviceId !== device.deviceId) return false;
  if (scope === 'faults' && entry.fault === null) return false;
  return wanted === '' || `${entryText(entry)} ${entry.hex}`.toLowerCase().includes(wanted);
}

function Meaning({ entry }: { readonly entry: TrafficEntry }) {
  if (entry.fault !== null) return <b className="row-fault">{faultText(entry.fault)}</b>;
  const parts = meaningParts(entry.fields);
  if (parts.length === 0) return titleText(entry.title);
  return parts.map(({ name, values }, index) => (
    <span key={name}>
      {index === 0 ? '' : ', '}
      {name} <b className="num">{values}</b>
    </span>
  ));
}

function TrafficRow({ entry, isChosen, clock, onChoose }: { readonly entry: TrafficEntry; readonly isChosen: boolean; readonly clock: (wallMs: number) => string; readonly onChoose: () => void }) {
  const Arrow = entry.direction === 'out' ? ArrowRight : ArrowLeft;
  return (
    <tr id={`frame-${entry.id}`} role="row" aria-selected={isChosen} className={entry.fault === null ? '' : 'with-fault'} onClick={onChoose}>
      <td role="gridcell" className="mono">
        {frameTime(entry.wallMs, clock)}
      </td>
      <td role="gridcell" className="row-direction">
        <Arrow size={16} />
        <span className="visually-hidden">{entry.isOurs ? (entry.direction === 'out' ? 'sent' : 'received') : 'overheard'}</span>
      </td>
      <td role="gridcell" className="right num">
        {entry.unitId ?? ''}
      </td>
      <td role="gridcell" className="row-meaning">
        {entry.isOurs ? null : <span className="overheard">overheard </span>}
        <Meaning entry={entry} />
      </td>
      <td role="gridcell" className="mono row-bytes">
        {entry.hex.slice(0, 120)}
      </td>
      <td role="gridcell" className="right num">
        {entry.latencyMs === null ? '' : asText({ value: decimal(entry.latencyMs, 0), unit: 'ms' })}
      </td>
    </tr>
  );
}

/** One tab stop; up and down choose a frame, Home and End the first and the last. */
function useFrameKeys(rows: readonly TrafficEntry[], chosenId: number | null, onChoose: (id: number) => void): (event: React.KeyboardEvent) => void {
  return (event) => {
    const at = rows.findIndex(({ id }) => id === chosenId);
    const next = { ArrowDown: at < 0 ? rows.length - 1 : at + 1, ArrowUp: at < 0 ? rows.length - 1 : at - 1, Home: 0, End: rows.length - 1 }[event.key];
    const entry = next === undefined ? undefined : rows[next];
    if (entry === undefined) return;
    event.preventDefault();
    onChoose(entry.id);
  };
}

function Rows({ rows, chosen, clock, isPaused, onChoose }: { readonly rows: readonly TrafficEntry[]; readonly chosen: TrafficEntry | null; readonly clock: (wallMs: number) => string; readonly isPaused: boolean; readonly onChoose: (id: number) => void }) {
  const place = useRef<HTMLDivElement>(null);
  const onKeyDown = useFrameKeys(rows, chosen?.id ?? null, onChoose);
  const newest = rows.at(-1)?.id;
  useEffect(() => {
    // The newest stays in sight, unless somebody looks at an older one.
    if (!isPaused && chosen === null) place.current?.scrollTo({ top: place.current.scrollHeight });
  }, [newest, isPaused, chosen]);
  const chosenId = chosen?.id ?? null;
  useEffect(() => {
    // The view of its bytes takes room: the row stays in sight above it.
    if (chosenId !== null) document.getElementById(`frame-${chosenId}`)?.scrollIntoView({ block: 'nearest' });
  }, [chosenId]);
  return (
    <div className="traffic-rows" ref={place}>
      <table role="grid" aria-label="Frames, oldest first" tabIndex={0} data-own-arrows onKeyDown={onKeyDown} {...(chosen === null ? {} : { 'aria-activedescendant': `frame-${chosen.id}` })}>
        <thead>
          <tr role="row">
            <th role="columnheader">Time</th>
            <th role="columnheader">
              <span className="visually-hidden">Direction</span>
            </th>
            <th role="columnheader" className="right">
              Unit
            </th>
            <th role="columnheader">Meaning</th>
            <th role="columnheader" className="row-bytes">
              Bytes
            </th>
            <th role="columnheader" className="right">
              Latency
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((entry) => (
            <TrafficRow key={entry.id} entry={entry} isChosen={entry.id === chosen?.id} clock={clock} onChoose={() => onChoose(entry.id)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface TrafficPanelProps {
  readonly device: DeviceConnection;
  readonly traffic: Traffic;
  readonly clock: (wallMs: number) => string;
}

/** Every frame of the link in the order of the wire. */
export function TrafficPanel({ device, traffic, clock }: TrafficPanelProps) {
  const { api } = useBenchHandle().connection;
  const [scope, setScope] = useState<Scope>('link');
  const [filter, setFilter] = useState('');
  const [chosenId, setChosenId] = useState<number | null>(null);
  const [saved, setSaved] = useState<{ readonly file: string | null; readonly failure: Failure | null }>({ file: null, failure: null });
  const wanted = filter.trim().toLowerCase();
  const matching = useMemo(() => traffic.entries.filter((entry) => isShown(entry, scope, device, wanted)), [traffic.entries, scope, device, wanted]);
  const rows = matching.slice(-MOST_ROWS);
  const chosen = traffic.entries.find(({ id }) => id === chosenId) ?? null;
  const save = async (linkId: string): Promise<void> => {
    const answer = await api.saveTraffic({ linkId });
    setSaved(answer.ok ? { file: answer.value, failure: null } : { file: null, failure: answer.error });
  };
  const { linkId } = device;
  return (
    <section className="panel traffic" data-column tabIndex={-1} aria-label="Traffic">
      <div className="traffic-head">
        <h2>Traffic</h2>
        <div className="traffic-scopes" role="group" aria-label="Which frames">
          {SCOPES.map((each) => (
            <button key={each.scope} type="button" className={`chip ${scope === each.scope ? 'on' : ''}`} aria-pressed={scope === each.scope} onClick={() => setScope(each.scope)}>
              {each.text}
            </button>
          ))}
        </div>
        <input type="search" className="traffic-filter" aria-label="Filter frames" placeholder="Filter" value={filter} onChange={(event) => setFilter(event.currentTarget.value)} />
        <button type="button" className="button compact" aria-pressed={traffic.isPaused} onClick={() => traffic.setPaused(!traffic.isPaused)}>
          {traffic.isPaused ? <PlayFilled size={14} /> : <PauseFilled size={14} />}
          <span className="wide">{traffic.isPaused ? 'Go on' : 'Pause'}</span>
        </button>
        <button type="button" className="button compact" disabled={linkId === null || traffic.entries.length === 0} onClick={() => void (linkId === null ? null : save(linkId))}>
          <Download size={16} />
          <span className="wide">Save</span>
        </button>
      </div>
      {traffic.failure === null ? null : <FailurePanel failure={traffic.failure} />}
      {saved.failure === null ? null : <FailurePanel failure={saved.failure} />}
      {saved.file === null ? null : (
        <p className="traffic-note" role="status">
          <StateIcon state="good" size={16} /> Saved as {saved.file}
        </p>
      )}
      {traffic.waiting === 0 ? null : <p className="traffic-note">Paused; {traffic.waiting} more have come since.</p>}
      {matching.length > rows.length ? <p className="traffic-note">The newest {rows.length} of {matching.length}; the filter reaches all of them.</p> : null}
      {rows.length === 0 ? (
        <p className="traffic-empty secondary">{traffic.entries.length > 0 ? 'No frame fits this choice.' : 'Nothing has passed this link since it is watched. Links over MQTT and HTTP have no frames to take apart.'}</p>
      ) : (
        <Rows rows={rows} chosen={chosen} clock={clock} isPaused={traffic.isPaused} onChoose={setChosenId} />
      )}
      {traffic.entries.length === 0 ? null : <FrameView entry={chosen} entries={traffic.entries} clock={clock} />}
    </section>
  );
}
