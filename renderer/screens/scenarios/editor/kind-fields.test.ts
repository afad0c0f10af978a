import { describe, expect, it } from 'vitest';
import { expectationSchema } from '../../../../core/scenarios/expectation-schema.ts';
import { faultSchema } from '../../../../core/scenarios/fault-schema.ts';
import { restoreScenario } from '../../../../core/scenarios/restore-scenario.ts';
import { FAKE_FILE } from '../../../host/fake-scenarios.ts';
import { homeBatterySchema, houseLoadSchema, otherLoadSchema, pvSchema, vehicleSchema } from '../../../../core/scenarios/plant-schema.ts';
import { signalSchema, wishSchema } from '../../../../core/scenarios/told-schema.ts';
import { asKind, EXPECTATION_FIELDS, FAULT_FIELDS, withoutStarts, type FieldSpec } from './kind-fields.ts';
import { HABIT_FIELDS, HOME_BATTERY_FIELDS, HOUSE_LOAD_FIELDS, OTHER_LOAD_FIELDS, PV_FIELDS, SIGNAL_FIELDS, VEHICLE_BATTERY_FIELDS, VEHICLE_FIELDS, WISH_FIELDS } from './plant-fields.ts';
import { started } from './plant-sections.tsx';

const IDS = { evses: ['primary', 'secondary'], meters: ['feed'], circuits: ['ev'] };

/** Keys of every kind as the schema of the file has them. */
function keysOf(options: readonly { readonly shape: object }[]): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    options.map(({ shape }) => {
      const { kind } = shape as { readonly kind: { readonly value: string } };
      return [kind.value, Object.keys(shape).filter((key) => key !== 'kind').sort()];
    }),
  );
}

const told = (table: Readonly<Record<string, readonly FieldSpec[]>>): object => Object.fromEntries(Object.entries(table).map(([kind, fields]) => [kind, fields.map(({ key }) => key).sort()]));

describe('the form', () => {
  it('has a field for everything that the file lets a fault and an expectation say', () => {
    expect(told(FAULT_FIELDS)).toEqual(keysOf(faultSchema.options));
    expect(told(EXPECTATION_FIELDS)).toEqual(keysOf(expectationSchema.options));
  });

  it('has a field for everything that the file lets loads, PV, batteries, vehicles, signals and wishes say', () => {
    expect(told(HOUSE_LOAD_FIELDS)).toEqual(keysOf(houseLoadSchema.options));
    expect(told(PV_FIELDS)).toEqual(keysOf(pvSchema.options));
    expect(told(SIGNAL_FIELDS)).toEqual(keysOf(signalSchema.options));
    expect(told(WISH_FIELDS)).toEqual(keysOf(wishSchema.options));
    const keys = (fields: readonly FieldSpec[], ...others: readonly string[]): readonly string[] => [...fields.map(({ key }) => key), ...others].sort();
    expect(keys(OTHER_LOAD_FIELDS)).toEqual(Object.keys(otherLoadSchema.shape).sort());
    expect(keys(HOME_BATTERY_FIELDS)).toEqual(Object.keys(homeBatterySchema.shape).sort());
    expect(keys([...VEHICLE_FIELDS, ...HABIT_FIELDS], 'battery')).toEqual(Object.keys(vehicleSchema.shape).sort());
    expect(keys(VEHICLE_BATTERY_FIELDS)).toEqual(Object.keys(vehicleSchema.shape.battery.unwrap().shape).sort());
  });

  it('begins every kind of load, signal and wish, a battery and its vehicle with something the host takes', () => {
    const recordings = { 'recording.csv': '0,1\n60,2\n' };
    const whole = { otherLoads: [started(OTHER_LOAD_FIELDS, IDS)], homeBatteries: [{ ...started(HOME_BATTERY_FIELDS, IDS), id: 'battery' }], vehicles: [{ ...started(VEHICLE_FIELDS, IDS), id: 'one', battery: started(VEHICLE_BATTERY_FIELDS, IDS) }] };
    expect(restoreScenario({ ...FAKE_FILE, ...whole })).toMatchObject({ ok: true });
    const tables = { houseLoads: HOUSE_LOAD_FIELDS, pv: PV_FIELDS, signals: SIGNAL_FIELDS, wishes: WISH_FIELDS };
    for (const [list, table] of Object.entries(tables)) {
      for (const [kind, fields] of Object.entries<readonly FieldSpec[]>(table)) {
        expect(restoreScenario({ ...FAKE_FILE, recordings, [list]: [asKind({}, kind, fields, IDS)] }), `${list} ${kind}`).toMatchObject({ ok: true });
      }
    }
  });

  it('begins every kind of fault with something the host takes', () => {
    for (const [kind, fields] of Object.entries(FAULT_FIELDS)) {
      const restored = restoreScenario({ ...FAKE_FILE, faults: [asKind({}, kind, fields, IDS)] });
      expect(restored, kind).toMatchObject({ ok: true });
    }
  });

  it('begins every kind of expectation with something the host takes', () => {
    for (const [kind, fields] of Object.entries(EXPECTATION_FIELDS)) {
      const restored = restoreScenario({ ...FAKE_FILE, controllers: { chargebench: { expect: [asKind({}, kind, fields, IDS)] } } });
      expect(restored, kind).toMatchObject({ ok: true });
    }
  });

  it('does not make a kettle of the 500 W that a base load began with, but keeps the 700 W that somebody wrote', () => {
    const fresh = asKind({}, 'base', HOUSE_LOAD_FIELDS.base, IDS);
    expect(withoutStarts(fresh, HOUSE_LOAD_FIELDS.base, HOUSE_LOAD_FIELDS.kettle)).toEqual({ kind: 'base', circuit: 'ev' });
    expect(withoutStarts({ ...fresh, powerW: 700 }, HOUSE_LOAD_FIELDS.base, HOUSE_LOAD_FIELDS.kettle)).toMatchObject({ powerW: 700 });
    const silent = { kind: 'reboot', device: 'feed', fromS: 60 };
    expect(withoutStarts(silent, FAULT_FIELDS.reboot, FAULT_FIELDS.sleep)).toEqual(silent);
  });

  it('keeps what both kinds are told when the kind changes', () => {
    expect(asKind({ kind: 'meter-silent', device: 'feed', fromS: 590, untilS: 700 }, 'late', FAULT_FIELDS.late, IDS)).toEqual({ kind: 'late', device: 'feed', byS: 5, fromS: 590, untilS: 700 });
    expect(asKind({ kind: 'verdict', is: 'holds' }, 'state-at', EXPECTATION_FIELDS['state-at'], IDS)).toEqual({ kind: 'state-at', evse: 'primary', atS: 60, is: 'idle' });
  });
});
