/** How the channels of a meter are truly wired: as the site file says, but for what the scenario says otherwise. */
import type { PhaseIndex } from '../../core/quantities.ts';
import type { Scenario } from '../../core/scenarios/schema.ts';
import type { Meter, Supply } from '../../core/site/site.ts';
import type { ChannelWiring, EnclosedConductor } from './clamp.ts';

export type MeterCondition = Scenario['meters'][string];

/** Channels by the meter's own phases: one per clamp. */
export function meterWiring(meter: Pick<Meter, 'clamp' | 'phaseMap'>, supply: Supply, condition: MeterCondition | undefined): readonly ChannelWiring[] {
  const taps = condition?.phases ?? meter.phaseMap;
  const clamps = condition?.clampPhases ?? taps;
  // Without a neutral a one-phase meter has nothing but the next line to be fed from; one with a tap per line measures against the star point.
  const fedBy = supply.kind === 'three-wire-delta' && meter.clamp !== 'each-phase' ? 'pair' : (condition?.fedBy ?? 'line');
  const channel = (own: PhaseIndex): ChannelWiring => ({ conductors: [{ line: clamps[own], direction: 1 }], fedBy, fedLine: taps[own] });
  switch (meter.clamp) {
    case 'one-phase':
      return [channel(0)];
    case 'each-phase':
      return [channel(0), channel(1), channel(2)];
    case 'both-legs':
      return [{ ...channel(0), conductors: legsInOneClamp(clamps[0], clamps[1], condition) }];
  }
}

/** Both hot legs through one clamp, the second the other way round, so that a load between them counts twice (openevse.md f.2). */
function legsInOneClamp(first: PhaseIndex, second: PhaseIndex, condition: MeterCondition | undefined): readonly EnclosedConductor[] {
  const one: EnclosedConductor = { line: first, direction: 1 };
  switch (condition?.legs ?? 'opposite') {
    case 'opposite':
      return [one, { line: second, direction: -1 }];
    case 'same-way':
      return [one, { line: second, direction: 1 }];
    case 'one':
      return [one];
  }
}
