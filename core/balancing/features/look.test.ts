import { expect, test } from 'vitest';
import { meterId, type PerPhase } from '../../quantities.ts';
import { NO_SIGNALS } from './feature.ts';
import { planOf } from '../plan.ts';
import { initialState } from '../state.ts';
import { house } from '../testing/house.ts';
import type { Sight } from '../meter-memory.ts';
import { viewOf } from './look.ts';

type Row = readonly [string, PerPhase<number | null> | null, Sight['kind'], number];

/** feature.ts: the line voltage as an EVSE sees it, measured, else nominal (230 V). */
test.each<Row>([
  ['three-phase-star', [238, 240.5, 236], 'clear', 240.5],
  ['three-phase-star', [null, 228, null], 'clear', 228],
  ['three-phase-star', null, 'clear', 230],
  ['three-phase-star', [240, 240, 240], 'stale', 230],
  ['three-wire-delta', [133, 133, 133], 'clear', 230],
])('on a %s with %j, %s: %d V', (supply, voltageV, kind, expected) => {
  const site = house({ supply });
  const state = initialState(site);
  const reading = { meterId: meterId('m'), timeMs: 0, currentA: [1, 1, 1], voltageV, powerW: null, isLive: true } as const;
  const seen = { ...state, meters: state.meters.map((memory) => ({ ...memory, reading })) };
  const view = viewOf(planOf(site), site, seen, { timeMs: 0, wallMs: 0, readings: [], reports: [], signals: NO_SIGNALS }, [{ kind } as Sight]);
  expect(view.voltageV).toBe(expected);
});
