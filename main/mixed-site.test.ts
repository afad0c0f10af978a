/** A real EVSE beside a simulated meter: the meter sees what the real one measures. */
import { connectAsync } from 'mqtt';
import { expect, test } from 'vitest';
import { templateSite } from '../core/site/list-templates.ts';
import type { EvseReport } from '../core/site/readings.ts';
import { simulatedPart, startSimulation } from './simulated-site.ts';

const template = templateSite('house-one-evse');
if (!template.ok) throw new Error(template.error.code);
const site = template.value;
const [carport] = site.evses;

const reportOf = (currentA: number | null): EvseReport => ({
  ...{ evseId: carport?.id ?? ('?' as never), timeMs: 0, state: 'charging', isVehicleConnected: true, offeredCurrentA: 16, measuredTimeMs: 0, voltageV: null },
  ...{ energyWh: null, restartCount: 0, otherCommander: null, measuredCurrentA: currentA === null ? null : [currentA, null, null] },
});

test('the simulated meter tells the real current, and keeps it while the EVSE says nothing of it', { timeout: 20_000 }, async () => {
  const simulation = await startSimulation(site, { simulatedIds: ['mains'] });
  const client = await connectAsync(`mqtt://${simulation.mqtt.host}:${String(simulation.mqtt.port)}`);
  try {
    const powers: number[] = [];
    client.on('message', (_topic, payload) => powers.push(Number(payload.toString())));
    await client.subscribeAsync('shellies/shellyem-A4E57C/emeter/0/power');
    simulation.takeReport(reportOf(16));
    simulation.takeReport(reportOf(null));
    // 16 A at 230 V, and nothing else is switched on.
    await expect.poll(() => powers.at(-1), { timeout: 8000 }).toBeCloseTo(3680, 1);
    simulation.takeReport(reportOf(6));
    await expect.poll(() => powers.at(-1), { timeout: 8000 }).toBeCloseTo(1380, 1);
  } finally {
    await client.endAsync(true);
    await simulation.close();
  }
});

test('what is real is none of the simulated devices, and a circuit loses no breaker by it', () => {
  const part = simulatedPart(site, ['carport']);
  expect(part.meters).toEqual([]);
  expect(part.evses.map(({ id }) => id)).toEqual(['carport']);
  expect(part.circuits.map(({ id, breaker, meterId }) => ({ id, breaker, meterId }))).toEqual(site.circuits.map(({ id, breaker }) => ({ id, breaker, meterId: null })));
});
