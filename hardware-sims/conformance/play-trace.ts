/** Plays a trace's site with the devices in control, one row a second. */
import type { Gateway } from '../evses/openevse-gateway.ts';
import { ChargebenchError } from '../../core/errors.ts';
import { createSimulatedSite, type SimulatedSite } from '../simulated-site.ts';
import type { SimulatedEvse } from '../site-devices.ts';
import { createValueExchange, type ValueReader } from '../value-exchange.ts';
import type { PowerSource } from '../meters/shelly-em.ts';
import { DURATION_S, traceScenario } from './two-evse-site.ts';
import type { TraceParameters, TraceRow } from './trace.ts';

const NOBODY: ValueReader = { readerOf: () => ({ receive: () => undefined, hears: () => false }), receiveAt: () => undefined, linkReturned: () => undefined };

/** `recorded`: the trace's own rows, whose meter column is fed where the trace has noise. */
export function playTrace(parameters: TraceParameters, recorded: readonly TraceRow[]): readonly TraceRow[] {
  const { site, scenario } = traceScenario(parameters);
  const recordedFeed: PowerSource = (timeMs) => recorded[timeMs / 1000]?.meterW ?? 0;
  const simulated = createSimulatedSite(scenario, site, 'device', {
    meterResolutionW: 1,
    ...(parameters.noiseW > 0 ? { powerSource: () => recordedFeed } : {}),
  });
  createValueExchange(simulated, NOBODY);
  const rows: TraceRow[] = [];
  for (let timeS = 0; timeS <= DURATION_S; timeS += 1) {
    simulated.advanceTo(timeS * 1000);
    rows.push(rowOf(simulated, timeS));
  }
  return rows;
}

function rowOf(simulated: SimulatedSite, timeS: number): TraceRow {
  const [primary, secondary] = simulated.evses;
  const [meter] = simulated.meters;
  const [primaryGateway, secondaryGateway] = [gatewayOf(primary), gatewayOf(secondary)];
  if (primary === undefined || secondary === undefined || meter === undefined || primaryGateway === null || secondaryGateway === null) throw new ChargebenchError('internal', { message: 'the trace site is incomplete' });
  const { plant } = simulated;
  const { shaper } = secondaryGateway;
  const currentA = (evse: SimulatedEvse): number => plant.outlets.find((outlet) => outlet.evseId === evse.evse.id)?.currentA ?? 0;
  return {
    timeS,
    primaryA: currentA(primary),
    secondaryA: currentA(secondary),
    otherW: (meter.circuit?.otherA[0] ?? 0) * plant.voltageV,
    meterW: meter.published.powerW ?? 0,
    primaryPilotA: primaryGateway.pilotA,
    secondaryPilotA: secondaryGateway.pilotA,
    primaryState: primaryGateway.controller.stateCode,
    secondaryState: secondaryGateway.controller.stateCode,
    ceilingA: shaper.ceilingA,
    smoothedW: Math.trunc(shaper.smoothedW),
    isUpdated: shaper.isUpdated,
  };
}

function gatewayOf(evse: SimulatedEvse | undefined): Gateway | null {
  return evse?.device.kind === 'openevse' ? evse.device.gateway : null;
}
