/** Drivers on simulated devices over an in-memory broker and a virtual clock: what every contract test stands on. */
import type { EvseDriver, MeterDriver } from '../../core/drivers/driver.ts';
import { createEvseDriver, createMeterDriver } from '../../core/drivers/list.ts';
import type { EvseReport, MeterReading } from '../../core/site/readings.ts';
import { scenarioSchema } from '../../core/scenarios/schema.ts';
import { templateSite } from '../../core/site/list-templates.ts';
import type { Site } from '../../core/site/site.ts';
import { createVirtualClock } from '../../core/time/virtual-clock.ts';
import type { MqttLink } from '../../core/transport/mqtt-link.ts';
import { createLoopbackWorld } from '../loopback-world.ts';
import { START_WALL_MS } from '../simulated-site.ts';
import { createVirtualRun, type VirtualRun } from './virtual-run.ts';

export interface ContractBench extends VirtualRun {
  readonly site: Site;
  readonly link: MqttLink;
  readonly meter: MeterDriver;
  readonly evse: EvseDriver;
  readonly readings: readonly MeterReading[];
  readonly reports: readonly EvseReport[];
  readonly rejections: readonly string[];
  latestReport(): EvseReport | undefined;
  evseCurrentA(): number;
  /** A second reader of the same meter, as after a restart of the program; collects into the list it returns. */
  openMeter(): readonly MeterReading[];
}

/** `conditions`: keys of a scenario file, such as vehicles and faults. */
export function createContractBench(conditions: object = {}): ContractBench {
  const template = templateSite('two-evses-one-breaker');
  if (!template.ok) throw new Error(JSON.stringify(template.error));
  const site = template.value;
  const scenario = scenarioSchema.parse({
    id: 'contract',
    title: 'contract',
    group: 'contract',
    durationS: 3600,
    site: 'two-evses-one-breaker',
    controllers: { device: { expect: [] } },
    ...conditions,
  });
  const clock = createVirtualClock(START_WALL_MS);
  const world = createLoopbackWorld(scenario, site, 'device', clock);
  const link = world.connect();
  const ports = { links: { mqtt: link }, clock };
  const [meterSite] = site.meters;
  const [evseSite] = site.evses;
  if (meterSite === undefined || evseSite === undefined) throw new Error('the template has a meter and EVSEs');
  const meter = createMeterDriver(meterSite, ports);
  const evse = createEvseDriver(evseSite, site.supply, ports);
  const readings: MeterReading[] = [];
  const reports: EvseReport[] = [];
  const rejections: string[] = [];
  meter.onReading((reading) => readings.push(reading));
  evse.onReport((report) => reports.push(report));
  for (const driver of [meter, evse]) driver.onRejection(({ failure }) => rejections.push(`${failure.code} ${String(failure.context['field'] ?? '')}`));

  return {
    site,
    link,
    meter,
    evse,
    readings,
    reports,
    rejections,
    latestReport: () => reports.at(-1),
    ...createVirtualRun(world, clock),
    openMeter() {
      const seen: MeterReading[] = [];
      createMeterDriver(meterSite, ports).onReading((reading) => seen.push(reading));
      return seen;
    },
    evseCurrentA: () => world.truth.evseCurrentA(evseSite.id),
  };
}
