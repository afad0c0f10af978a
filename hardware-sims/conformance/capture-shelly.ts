/** Values of Shelly EM and 3EM of generation 1: the members of `/status` are those of the topics that our drivers read. */
import { applyShelly3emTopic, createShelly3emState, nextShelly3emReading, shelly3emField } from '../../core/protocols/shelly-3em.ts';
import { applyShellyEmTopic, createShellyEmState, shellyEmReading } from '../../core/protocols/shelly-em.ts';
import type { TopicValue } from '../../core/protocols/topic-value.ts';
import { PHASE_NAMES, PHASES, type PhaseIndex } from '../../core/quantities.ts';
import { meterSchema } from '../../core/site/schema.ts';
import type { MeterReading } from '../../core/site/readings.ts';
import type { Meter } from '../../core/site/site.ts';
import type { Figures } from './capture-figures.ts';

interface Told {
  readonly channel: PhaseIndex;
  readonly field: string;
  readonly value: TopicValue;
}

function meterOf(model: 'shelly-em' | 'shelly-3em'): Meter {
  return meterSchema.parse({
    ...{ id: 'meter', name: 'Meter', model, link: { kind: 'mqtt', baseTopic: 'shellies/meter' } },
    ...{ clamp: model === 'shelly-em' ? 'one-phase' : 'each-phase', periodMs: 1000, allowedAgeMs: 10_000 },
  });
}

const isRecord = (value: unknown): value is Figures => typeof value === 'object' && value !== null && !Array.isArray(value);
const isValue = (value: unknown): value is string | number | boolean => ['string', 'number', 'boolean'].includes(typeof value);

/** `/status` and `/emeter/<n>` name one field otherwise than the topic does. */
const topicField = (member: string): string => (member === 'reactive' ? 'reactive_power' : member);

function toldOf(text: string, isDocument: boolean): readonly Told[] {
  if (!isDocument) return text.split(/\r?\n/).flatMap(toldInLine);
  const document: unknown = JSON.parse(text);
  if (!isRecord(document)) return [];
  const { emeters } = document;
  const channels: readonly Figures[] = Array.isArray(emeters) ? emeters.filter(isRecord) : [document];
  return channels.flatMap((members, channel) => Object.entries(members).flatMap(([member, value]) => (isValue(value) ? [{ channel: channel as PhaseIndex, field: topicField(member), value }] : [])));
}

function toldInLine(line: string): readonly Told[] {
  const [topic = '', value = ''] = line.split(' ');
  const place = shelly3emField(topic.slice(topic.indexOf('emeter')));
  return place === null ? [] : [{ ...place, value }];
}

/** One reading per channel: an EM's have nothing to do with each other. */
export function readShellyEm(text: string, isDocument: boolean): Figures {
  const told = toldOf(text, isDocument);
  const channels = [0, 1].map((channel) => emChannel(told.filter((one) => one.channel === channel)));
  return { ch0: channels[0], ch1: channels[1], ...channels[0] };
}

function emChannel(told: readonly Told[]): Figures {
  const state = createShellyEmState();
  for (const { field, value } of told) applyShellyEmTopic(state, field, value, 0, false);
  const reading = shellyEmReading(meterOf('shelly-em'), state);
  if (!reading.ok) return {};
  return { ...phaseFigures(reading.value, 0), reactive_var: state.reactiveVar };
}

export function readShelly3em(text: string, isDocument: boolean): Figures {
  const state = createShelly3emState();
  for (const { channel, field, value } of toldOf(text, isDocument)) applyShelly3emTopic(state, channel, field, value, 0, false);
  const reading = nextShelly3emReading(meterOf('shelly-3em'), state);
  if (!reading.ok) return {};
  const { powerW } = reading.value;
  return {
    ...Object.fromEntries(PHASES.map((phase): [string, Figures] => [PHASE_NAMES[phase], phaseFigures(reading.value, phase)])),
    total_power_w: PHASES.reduce<number>((sum, phase) => sum + (powerW?.[phase] ?? 0), 0),
  };
}

const phaseFigures = ({ currentA, powerW, voltageV }: MeterReading, phase: PhaseIndex): Figures => ({
  power_w: powerW?.[phase] ?? null,
  current_a: currentA[phase],
  voltage_v: voltageV?.[phase] ?? null,
});
