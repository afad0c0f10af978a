/**
 * Faults of a scenario by name: what goes wrong, where and when. A window takes in its beginning and leaves out its end; without
 * an end a fault lasts to the end of the run.
 */
import { z } from 'zod';
import { idText, momentS, window } from './window-schema.ts';

const device = { device: idText };
/** `from-device`: what it publishes; `to-device`: commands and feeds. */
const way = { way: z.enum(['from-device', 'to-device', 'both']).default('both') };
/** A window that has to end. */
const pause = { fromS: momentS, untilS: momentS };

export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('meter-silent'), ...device, ...window }).describe('The meter publishes nothing.'),
  z.strictObject({ kind: z.literal('meter-frozen'), ...device, ...window }).describe('The meter repeats its last value, on time.'),
  z.strictObject({ kind: z.literal('broker-down'), ...window }).describe('The MQTT broker is gone: nothing arrives anywhere.'),
  z.strictObject({ kind: z.literal('gateway-down'), ...device, ...window }).describe('The gateway has no power; the controller of the EVSE goes on alone.'),
  z.strictObject({ kind: z.literal('gateway-reboot'), ...device, fromS: momentS }).describe('The gateway starts anew; the controller of the EVSE goes on.'),
  z.strictObject({ kind: z.literal('silent'), ...device, ...way, ...window }).describe('The connection stands, but nothing gets through.'),
  z.strictObject({ kind: z.literal('frozen'), ...device, ...window }).describe('The device repeats the last value of every topic, on time.'),
  z.strictObject({ kind: z.literal('late'), ...device, byS: z.number().positive().max(3600), ...way, ...window }).describe('Everything arrives later, in its order.'),
  z.strictObject({ kind: z.literal('lost-share'), ...device, share: z.number().positive().max(1), ...way, ...window }).describe("Each message is lost with this probability, as the scenario's seed has it."),
  z.strictObject({ kind: z.literal('first-attempt-lost'), ...device, ...window }).describe('What is told to the device for the first time is lost; the same again is heard.'),
  z.strictObject({ kind: z.literal('corrupt'), ...device, as: z.enum(['broken-text', 'wrong-json']).default('broken-text'), ...way, ...window }).describe('`broken-text`: a character in the middle is none any more. `wrong-json`: whole JSON of a shape that nobody expects.'),
  z.strictObject({ kind: z.literal('wrong-unit'), ...device, quantity: z.enum(['power', 'current']), factor: z.number().positive().max(1e6).optional(), ...window }).describe('Published powers or currents times a factor: 0.001 of power is kW for W, 1000 of current mA for A. Those are the defaults.'),
  z.strictObject({ kind: z.literal('duplicated'), ...device, ...way, ...window }).describe('Every message comes twice.'),
  z.strictObject({ kind: z.literal('reboot'), ...device, fromS: momentS, untilS: momentS.optional() }).describe('The whole device loses its power, until `untilS`, else for a moment. An EVSE opens its relay, forgets claims and overrides, keeps its stored settings, and offers its stored maximum until its gateway has booted.'),
  z.strictObject({ kind: z.literal('blackout'), ...pause }).describe('The whole site without power: nothing flows, no device and no broker runs; then all start together. The controller runs on.'),
  z.strictObject({ kind: z.literal('clock-jump'), fromS: momentS, byS: z.number().min(-86_400).max(86_400).refine((byS) => byS !== 0, 'a jump goes somewhere') }).describe("The time of day on the controller's machine is set forward (or back)."),
  z.strictObject({ kind: z.literal('sleep'), ...pause }).describe("The controller's machine sleeps: it does nothing and hears nothing, then goes on where it was."),
  z.strictObject({ kind: z.literal('controller-killed'), ...window }).describe('The controller is gone without a word; with an end it is started again then and knows nothing.'),
]);

export type ScenarioFault = z.output<typeof faultSchema>;
