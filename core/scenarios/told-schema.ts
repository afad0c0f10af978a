/**
 * What a controller is told besides what meters and EVSEs say: signals of contacts and probes, and what a person asks for. At
 * whole seconds of the run, so that it comes in the same turn in every way of playing.
 */
import { z } from 'zod';
import { idText } from './window-schema.ts';

const wholeS = z.number().int().min(0).max(31_536_000);
const atS = wholeS.describe('Seconds since the start of the run.');

/** Each holds until the next of its kind (and EVSE). A controller that knows no such signal does not hear it. */
export const signalSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('grid-relay'), atS, gridRelay: z.enum(['open', 'closed']) }).describe("The grid operator's relay; open, the EVSEs are held to `gridRelayLimitA` of the policy."),
  z.strictObject({ kind: z.literal('dimming'), atS, isDimmed: z.boolean() }).describe('Dimming by par. 14a EnWG begins or ends; `dimmingW` of the policy.'),
  z.strictObject({ kind: z.literal('temperature'), atS, evse: idText, temperatureC: z.number().min(-60).max(150) }).describe('What the thermometer in an EVSE says.'),
  z.strictObject({ kind: z.literal('switch'), atS, evse: idText, contact: z.enum(['open', 'closed']) }).describe('A push button or switch on the input of an EVSE (SmartEVSE SWITCH); open from the start.'),
]);

/** Told again and again, for it grows old (SmartEVSE: 11 s). */
export const batteryFeedSchema = z
  .strictObject({ everyS: wholeS.min(1).max(3600), fromS: wholeS.default(0), untilS: wholeS.optional() })
  .describe('Somebody tells the controller what the home batteries take (SmartEVSE Set/HomeBatteryCurrent).');

const asked = { atS, untilS: wholeS.optional().describe('It stands to the end of the run when absent.'), evse: idText.optional().describe('All EVSEs when absent.') };

export const wishSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('mode'), ...asked, mode: z.enum(['normal', 'smart', 'solar', 'off', 'boost', 'pause']) }).describe('What a person asks an EVSE to charge by.'),
  z.strictObject({ kind: z.literal('limit'), ...asked, evse: idText, currentA: z.number().min(0).max(1000) }).describe('A ceiling that a person sets for an EVSE.'),
  z.strictObject({ kind: z.literal('card'), atS, evse: idText, card: z.string().regex(/^[0-9A-F]{8,20}$/, 'a card has a number of 8 to 20 hexadecimal digits, in capitals') }).describe('A person holds a card to the reader of an EVSE.'),
]);

export type ScenarioSignal = z.output<typeof signalSchema>;
export type ScenarioWish = z.output<typeof wishSchema>;
