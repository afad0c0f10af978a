import type { LinkSummary } from '../../../core/host-api/bench-devices.ts';
import type { ModbusUnitCounters } from '../../../core/transport/modbus-bus.ts';
import { Sentence } from '../../components/sentence.tsx';
import { StateIcon } from '../../icons/state-icon.tsx';
import { KNOWN_WORDS, UNPROVEN_WORDS } from '../../words/devices.ts';
import { failureSentence } from '../../words/errors.ts';
import { countLines, countText, lineWords, linkPlace, linkStateWords, type CountLine } from '../../words/links.ts';
import { asText, decimal, share } from '../../words/numbers.ts';
import { modelName } from '../../words/sites.ts';
import { clockTime } from '../../words/times.ts';
import { OriginChip } from './origin-mark.tsx';
import type { DeviceNow, HandLook } from './device-now.ts';

function Facts({ facts }: { readonly facts: readonly (readonly [name: string, value: string | null])[] }) {
  return (
    <dl className="facts">
      {facts.flatMap(([name, value]) =>
        value === null || value === ''
          ? []
          : [
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>,
            ],
      )}
    </dl>
  );
}

function Identity({ now, hand }: { readonly now: DeviceNow; readonly hand: HandLook | null }) {
  const { device, meter, evse } = now;
  const identity = hand?.look.deviceId === device.deviceId ? hand.look.identity : null;
  const phases = (meter ?? evse)?.phaseMap.map((phase) => `L${phase + 1}`).join(' ') ?? null;
  return (
    <section aria-labelledby="identity-title">
      <h2 id="identity-title">Identity</h2>
      <Facts
        facts={[
          ['Model', identity?.model ?? modelName(device.model)],
          ['Serial', identity?.serial ?? null],
          ['Firmware', identity?.firmware ?? null],
          ['Description', device.model],
          ['Address', device.address],
          ['Phases', phases],
        ]}
      />
      {identity === null ? <p className="small muted">Serial number and firmware are read with Read now.</p> : null}
      <OriginChip origin={device.origin} />
    </section>
  );
}

function Evidence({ now }: { readonly now: DeviceNow }) {
  const { isUnproven, unreachable, kind, address } = now.device;
  // Only descriptions of registers carry frames that they were checked against.
  const isDescribed = kind === 'meter' && address.startsWith('unit ');
  if (unreachable !== null || !(isDescribed || isUnproven)) return null;
  return (
    <section aria-labelledby="evidence-title">
      <h2 id="evidence-title">Evidence</h2>
      <p className="lock-line">
        <StateIcon state={isUnproven ? 'attention' : 'good'} />
        {isUnproven ? UNPROVEN_WORDS : KNOWN_WORDS}
      </p>
    </section>
  );
}

function CountRow({ line }: { readonly line: CountLine }) {
  return (
    <div>
      <dt>
        {line.reason === null ? null : <StateIcon state="attention" size={14} />} {line.name}
      </dt>
      <dd className="num">{countText(line.count)}</dd>
      {line.reason === null ? null : <dd className="count-reason small secondary">{line.reason}</dd>}
    </div>
  );
}

function Counters({ unit, link, rejected, timeZone }: { readonly unit: ModbusUnitCounters | null; readonly link: LinkSummary; readonly rejected: number; readonly timeZone: string | undefined }) {
  return (
    <section aria-labelledby="counters-title">
      <h2 id="counters-title">Since {clockTime(link.sinceWallMs, timeZone).slice(0, 5)}</h2>
      <dl className="counters">
        {(unit === null ? [] : countLines(unit)).map((line) => (
          <CountRow key={line.name} line={line} />
        ))}
        <CountRow line={{ name: 'Values refused', count: rejected, reason: rejected > 0 ? 'What it sent is not what its description says: the newest reason stands above.' : null }} />
        {unit?.latencyMs == null ? null : (
          <div>
            <dt>Newest latency</dt>
            <dd className="num">{asText({ value: decimal(unit.latencyMs, 0), unit: 'ms' })}</dd>
          </div>
        )}
      </dl>
      {unit?.lastFailure == null ? null : <p className="small secondary"><Sentence text={`Newest error: ${failureSentence({ ...unit.lastFailure, context: { name: `unit ${unit.unitId}`, ...unit.lastFailure.context } })}`} /></p>}
    </section>
  );
}

function Link({ link }: { readonly link: LinkSummary }) {
  const { load } = link;
  const { state, text } = linkStateWords(link);
  return (
    <section aria-labelledby="link-title">
      <h2 id="link-title">Link</h2>
      <p className="link-state">
        <StateIcon state={state} size={16} /> {linkPlace(link.id)}, {text}
      </p>
      <Facts facts={[['Settings', link.line === null ? null : lineWords(link.line)]]} />
      {load === null ? null : (
        <>
          <div className="bus-load">
            <span>Bus load</span>
            <span className="num bold">{asText(share(load.busyRatio))}</span>
          </div>
          <div className="progress" role="meter" aria-label="Bus load" aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(100 * load.busyRatio)}>
            <i style={{ width: `${Math.min(100, 100 * load.busyRatio)}%` }} />
          </div>
          <dl className="counters">
            {countLines(load.total).map((line) => (
              <CountRow key={line.name} line={{ ...line, reason: null }} />
            ))}
            <CountRow line={{ name: 'Waiting now', count: load.waiting, reason: null }} />
          </dl>
        </>
      )}
    </section>
  );
}

/** Who the device is, how far that is proven, and what its link has counted. */
export function SideColumn({ now, link, hand, timeZone }: { readonly now: DeviceNow; readonly link: LinkSummary | null; readonly hand: HandLook | null; readonly timeZone: string | undefined }) {
  const unitId = Number(/^unit (\d+)$/.exec(now.device.address)?.[1]);
  const unit = link?.load?.units.find((counted) => counted.unitId === unitId) ?? null;
  return (
    <aside className="device-side" data-column tabIndex={0} aria-label={`About ${now.device.name}`}>
      <Identity now={now} hand={hand} />
      <Evidence now={now} />
      {link === null ? null : <Counters unit={unit} link={link} rejected={now.device.rejected} timeZone={timeZone} />}
      {link === null ? null : <Link link={link} />}
    </aside>
  );
}
