import type { Origin } from '../../../core/host-api/bench-devices.ts';
import { PHASES, type PerPhase } from '../../../core/quantities.ts';
import { Value } from '../../components/value.tsx';
import { Clock } from '../../icons/icons.tsx';
import { staleText, type Freshness } from '../../words/ages.ts';
import { EVSE_STATES, shortAge } from '../../words/devices.ts';
import { phaseLabel } from '../../words/names.ts';
import { current, energy, setpointCurrent, settingPower, voltage, type Quantity } from '../../words/numbers.ts';
import { placeOf, type DeviceNow, type FieldPlace, type HeardField } from './device-now.ts';
import { OriginMark } from './origin-mark.tsx';

interface ValueRow {
  readonly name: string;
  /** Null for a quantity that has no phases. */
  readonly phases: PerPhase<Quantity | null> | null;
  readonly total: Quantity | null;
  readonly place: FieldPlace;
  readonly ageMs: number | null;
}

type Maybe = PerPhase<number | null> | null;

const shown = (values: Maybe, asQuantity: (value: number | null) => Quantity): PerPhase<Quantity | null> | null =>
  values === null ? null : [values[0] === null ? null : asQuantity(values[0]), values[1] === null ? null : asQuantity(values[1]), values[2] === null ? null : asQuantity(values[2])];

const watts = (powerW: number | null): Quantity => (powerW === null ? { value: 'no value', unit: '' } : settingPower(powerW));

function sumOf(values: Maybe): number | null {
  if (values === null || values.every((value) => value === null)) return null;
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

function meterRows({ reading, ageMs, device }: DeviceNow, fields: readonly HeardField[]): readonly ValueRow[] {
  const place = (quantity: string): FieldPlace => placeOf(fields, quantity) ?? { first: device.address, count: 1 };
  const row = (name: string, values: Maybe, asQuantity: (value: number | null) => Quantity, total: Quantity | null = null): ValueRow => ({ name, phases: shown(values, asQuantity), total, place: place(name.toLowerCase()), ageMs });
  if (reading === null) return [];
  return [
    row('Current', reading.currentA, current),
    ...(reading.voltageV === null ? [] : [row('Voltage', reading.voltageV, voltage)]),
    ...(reading.powerW === null ? [] : [row('Power', reading.powerW, watts, watts(sumOf(reading.powerW)))]),
  ];
}

function evseRows({ report, evse, ageMs, device }: DeviceNow, fields: readonly HeardField[]): readonly ValueRow[] {
  if (report === null) return [];
  const place = (quantity: string): FieldPlace => placeOf(fields, quantity) ?? { first: device.address, count: 1 };
  const single = (name: string, total: Quantity, of: FieldPlace): ValueRow => ({ name, phases: null, total, place: of, ageMs });
  return [
    single('Offered current', setpointCurrent(report.offeredCurrentA, evse?.stepA ?? 0.1), place('offered current')),
    { name: 'Measured current', phases: shown(report.measuredCurrentA, current), total: report.measuredCurrentA === null ? { value: 'not measured', unit: '' } : null, place: place('current'), ageMs },
    ...(report.voltageV === null ? [] : [single('Voltage', voltage(report.voltageV), place('voltage'))]),
    ...(report.energyWh === null ? [] : [single('Energy of the session', energy(report.energyWh), place('energy'))]),
  ];
}

/** Fields that were heard on the wire and have no row of their own. */
function heardRows(fields: readonly HeardField[], nowMs: number): readonly ValueRow[] {
  return fields
    .filter(({ name, value }) => name.startsWith('energy') && typeof value === 'number')
    .map(({ name, place, value, wallMs }) => ({ name: name === 'energy imported' ? 'Energy' : 'Energy exported', phases: null, total: energy(Number(value)), place: { first: place, count: 1 }, ageMs: Math.max(0, nowMs - wallMs) }));
}

function Age({ ageMs, freshness }: { readonly ageMs: number | null; readonly freshness: Freshness }) {
  if (ageMs === null) return null;
  return (
    <span className={`num ${freshness === 'late' ? 'late' : 'muted'}`}>
      {freshness === 'late' ? <Clock size={14} /> : null}
      {shortAge(ageMs)}
    </span>
  );
}

function Row({ row, origin, freshness }: { readonly row: ValueRow; readonly origin: Origin; readonly freshness: Freshness }) {
  return (
    <tr>
      <th scope="row">{row.name}</th>
      {PHASES.map((phase) => {
        const value = row.phases?.[phase] ?? null;
        return (
          <td key={phase} className="right">
            {value === null ? null : <Value quantity={value} className="big-value" />}
          </td>
        );
      })}
      <td className="right">{row.total === null ? null : <Value quantity={row.total} className="big-value" />}</td>
      <td className="value-place">
        <OriginMark origin={origin} />
        <span className="mono">
          {row.place.first}
          {row.place.count === 1 ? null : <span className="place-count">, {row.place.count} values</span>}
        </span>
      </td>
      <td className="right small">
        <Age ageMs={row.ageMs} freshness={freshness} />
      </td>
    </tr>
  );
}

/** Live values with where they stand on the link, where they come from and how old they are. A stale one is gone. */
export function ValueTable({ now, fields, nowMs }: { readonly now: DeviceNow; readonly fields: readonly HeardField[]; readonly nowMs: number }) {
  const { device, freshness, report } = now;
  if (freshness === 'stale') {
    return (
      <div className="panel no-values">
        <p className="no-value big-value">no value</p>
        <p className="secondary">{staleText(now.ageMs, null)}</p>
      </div>
    );
  }
  const rows = device.kind === 'meter' ? meterRows(now, fields) : evseRows(now, fields);
  return (
    <div className="panel values" role="region" aria-label={`Values of ${device.name}`} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{report?.state == null ? <span className="visually-hidden">Quantity</span> : EVSE_STATES[report.state]}</th>
            {PHASES.map((phase) => (
              <th scope="col" key={phase} className="right">
                <span className={`phase-tag phase-${phase}`}>{phaseLabel(phase)}</span>
              </th>
            ))}
            <th scope="col" className="right">
              {device.kind === 'meter' ? 'Sum' : <span className="visually-hidden">All phases</span>}
            </th>
            <th scope="col" className="value-place">
              <span className="place-title">{device.address.startsWith('unit') ? 'Register' : 'Topic or place'}</span>
            </th>
            <th scope="col" className="right">
              Age
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.name} row={row} origin={device.origin} freshness={freshness} />
          ))}
          {/* Asked for now and then only: their age says nothing about the device. */}
          {heardRows(fields, nowMs).map((row) => (
            <Row key={row.name} row={row} origin={device.origin} freshness="fresh" />
          ))}
        </tbody>
      </table>
    </div>
  );
}
