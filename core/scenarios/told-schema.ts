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
]);

const asked = { atS, untilS: wholeS.optional().describe('It stands to the end of the run when absent.'), evse: idText.optional().describe('All EVSEs when absent.') };

export const wishSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('mode'), ...asked, mode: z.enum(['normal', 'smart', 'solar', 'off', 'boost', 'pause']) }).describe('What a person asks an EVSE to charge by.'),
  z.strictObject({ kind: z.literal('limit'), ...asked, evse: idText, currentA: z.number().min(0).max(1000) }).describe('A ceiling that a person sets for an EVSE.'),
]);

export type ScenarioSignal = z.output<typeof signalSchema>;
export type ScenarioWish = z.output<typeof wishSchema>;
