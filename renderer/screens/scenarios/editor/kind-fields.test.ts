import { describe, expect, it } from 'vitest';
import { expectationSchema } from '../../../../core/scenarios/expectation-schema.ts';
import { faultSchema } from '../../../../core/scenarios/fault-schema.ts';
import { restoreScenario } from '../../../../core/scenarios/restore-scenario.ts';
import { FAKE_FILE } from '../../../host/fake-scenarios.ts';
import { asKind, EXPECTATION_FIELDS, FAULT_FIELDS, type FieldSpec } from './kind-fields.ts';

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

  it('keeps what both kinds are told when the kind changes', () => {
    expect(asKind({ kind: 'meter-silent', device: 'feed', fromS: 590, untilS: 700 }, 'late', FAULT_FIELDS.late, IDS)).toEqual({ kind: 'late', device: 'feed', byS: 5, fromS: 590, untilS: 700 });
    expect(asKind({ kind: 'verdict', is: 'holds' }, 'state-at', EXPECTATION_FIELDS['state-at'], IDS)).toEqual({ kind: 'state-at', evse: 'primary', atS: 60, is: 'idle' });
  });
});
