/** A meter of a simulated site that is read by its registers: what its clamps see becomes what its description says. */
import { describeMeter } from '../../core/devices/describe-meter.ts';
import { BUNDLED_METERS } from '../../core/devices/list-meters.ts';
import type { MeterValues } from '../../core/devices/meter-values.ts';
import { perPhase, type MeterId, type PerPhase } from '../../core/quantities.ts';
import type { Meter } from '../../core/site/site.ts';
import type { SiteTime } from '../device-sink.ts';
import { takeSample, type MeterProbe } from '../plant/meter-probe.ts';
import type { PublishedValues } from '../site-meters.ts';
import { createRegisterMeter, type SimulatedRegisterMeter } from './register-meter.ts';
import { createSensorbox, type SimulatedSensorbox } from './sensorbox.ts';

export interface SimulatedBusMeter {
  readonly id: MeterId;
  readonly kind: 'bus-meter';
  readonly unit: SimulatedRegisterMeter | SimulatedSensorbox;
  /** It answers, and does nothing by itself. */
  nextEventMs(): number;
  advanceTo(timeMs: number): void;
  cutPower(): void;
  restorePower(): void;
}

/** Throws `not-supported`, naming the model, where no registers of it are described. */
export function createBusMeter(meter: Meter, unitId: number, probes: readonly MeterProbe[], published: PublishedValues, time: SiteTime): SimulatedBusMeter {
  const measure = (): MeterValues => {
    probes.forEach((probe, own) => {
      takeSample(probe, time.nowMs);
      note(published, probe, own);
    });
    published.timeMs = time.nowMs;
    return valuesOf(published, probes.length);
  };
  const unit = createUnit(meter, unitId, measure);
  return {
    id: meter.id,
    kind: 'bus-meter',
    unit,
    nextEventMs: () => Infinity,
    advanceTo: () => undefined,
    cutPower() {
      unit.cutPower();
    },
    restorePower() {
      unit.restorePower();
    },
  };
}

/** Played, it answers within the moment: wire time and turnaround are what real lines and the bench of the bus are for. */
const AT_ONCE_MS = 0;

function createUnit(meter: Meter, unitId: number, measure: () => MeterValues): SimulatedRegisterMeter | SimulatedSensorbox {
  if (meter.model === 'sensorbox' || meter.model === 'sensorbox-1') {
    return createSensorbox({ unitId, version: meter.model === 'sensorbox' ? 2 : 1, measure, turnaroundMs: AT_ONCE_MS });
  }
  return createRegisterMeter({ unitId, description: describeMeter(meter, BUNDLED_METERS), measure, turnaroundMs: AT_ONCE_MS });
}

function note(published: PublishedValues, { powerW, reactiveVar, voltageV }: MeterProbe, own: number): void {
  const currentA = voltageV === 0 ? 0 : Math.sqrt(powerW * powerW + reactiveVar * reactiveVar) / voltageV;
  const isChanged = published.powersW[own] !== powerW || published.currentsA[own] !== currentA || published.voltagesV[own] !== voltageV;
  if (isChanged) published.changeCount += 1;
  published.powersW[own] = powerW;
  published.reactivesVar[own] = reactiveVar;
  published.voltagesV[own] = voltageV;
  published.currentsA[own] = currentA;
  if (own === 0) published.powerW = powerW;
}

/** A phase without a clamp is one that the device measures nothing on. */
function valuesOf({ powersW, voltagesV, currentsA }: PublishedValues, clampCount: number): MeterValues {
  const told = (values: Float64Array): PerPhase<number | null> => perPhase((own) => (own < clampCount ? (values[own] ?? 0) : null));
  const currentA = perPhase((own) => (own < clampCount ? (currentsA[own] ?? 0) * ((powersW[own] ?? 0) < 0 ? -1 : 1) : null));
  const totalPowerW = powersW.slice(0, clampCount).reduce((sum, powerW) => sum + powerW, 0);
  return { currentA, voltageV: told(voltagesV), powerW: told(powersW), totalPowerW, energyImportWh: 0, energyExportWh: 0 };
}
