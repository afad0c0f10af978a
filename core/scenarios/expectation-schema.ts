/**
 * What must hold in a scenario under one controller. A window takes in its beginning and leaves out its end. The descriptions
 * stand in the JSON Schema, where an editor shows them to whoever writes a scenario.
 */
import { z } from 'zod';
import { NOTICE_CODES } from './notice-codes.ts';
import { REASON_KINDS } from './reason-kinds.ts';
import { idText, momentS, window } from './window-schema.ts';

const bounds = {
  atLeast: z.number().optional().describe('Lower bound, in the unit of what is expected.'),
  atMost: z.number().optional().describe('Upper bound, in the unit of what is expected.'),
};
const circuit = { circuit: idText.optional().describe('The worst of all circuits when absent.') };
const evse = { evse: idText };
const atS = momentS.describe('Seconds since the start; what holds at the second of the run that this moment lies in.');

/** What an EVSE does at a moment, whatever it reports: by the vehicle in it, by its offer and by what flows. */
export const EVSE_STATES = ['idle', 'paused', 'connected', 'charging'] as const;
export type ExpectedState = (typeof EVSE_STATES)[number];

export const expectationSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('verdict'), is: z.enum(['holds', 'may-trip', 'trips']) }).describe('What the worst breaker comes to, by the trip bands of its curve.'),
  z.strictObject({ kind: z.literal('never-trips'), ...circuit }).describe('The breaker holds under every curve its standard allows: it may not even trip.'),
  z.strictObject({ kind: z.literal('peak-current'), ...circuit, ...bounds, ...window }).describe('A on the most loaded phase of the circuit, at its highest.'),
  z.strictObject({ kind: z.literal('seconds-above-continuous'), ...circuit, ...bounds, ...window }).describe('Seconds by more than 0.25 A above the continuous limit.'),
  z.strictObject({ kind: z.literal('seconds-above-rating'), ...circuit, ...bounds, ...window }).describe('Seconds above the rating of the breaker.'),
  z
    .strictObject({ kind: z.literal('back-below-continuous'), ...circuit, afterS: momentS, withinS: momentS })
    .describe('At or below the continuous limit again, and staying there for 10 s, within so many seconds after a moment.'),
  z
    .strictObject({ kind: z.literal('current-at'), ...circuit, evse: idText.optional(), atS, ...bounds })
    .describe("A on the circuit's most loaded phase, or of one EVSE, at a moment."),
  z
    .strictObject({ kind: z.literal('evse-sum'), ...circuit, ...bounds, ...window })
    .describe('A of all EVSEs of the circuit together on its most loaded phase, whenever no other load runs.'),
  z.strictObject({ kind: z.literal('offered'), ...evse, ...bounds, ...window }).describe('A offered to the vehicle at every moment at which one is plugged in; 0 while paused.'),
  z
    .strictObject({ kind: z.literal('pauses'), ...evse, ...window })
    .describe('Takes back for the first time in the run what the vehicle had been offered, and that within the window.'),
  z.strictObject({ kind: z.literal('resumes'), ...evse, ...window }).describe('Offers again for the first time after a pause, and that within the window.'),
  z.strictObject({ kind: z.literal('never-pauses'), ...evse, ...window }).describe('Offers something all the time once it has offered something.'),
  z
    .strictObject({ kind: z.literal('starts'), evse: idText.optional().describe('All EVSEs together when absent.'), ...bounds })
    .describe('How often charging begins: a current from nothing. A start wears the contactor, and some vehicles refuse after a few.'),
  z.strictObject({ kind: z.literal('notice'), code: z.enum(NOTICE_CODES), ...window }).describe('The controller gives this notice for the first time within the window.'),
  z.strictObject({ kind: z.literal('energy-wh'), evse: idText.optional().describe('All EVSEs together when absent.'), ...bounds }).describe('Wh delivered in the whole run.'),
  z
    .strictObject({ kind: z.literal('state-at'), ...evse, atS, is: z.enum(EVSE_STATES) })
    .describe('What the EVSE does at a moment: idle (no vehicle), paused (offers nothing), connected (offers, nothing is drawn), charging.'),
  z
    .strictObject({ kind: z.literal('phases-at'), ...evse, atS, is: z.literal([1, 2, 3]) })
    .describe('How many phases the contactors of the EVSE let a vehicle load at a moment.'),
  z
    .strictObject({ kind: z.literal('reason-at'), ...evse, atS, is: z.enum(REASON_KINDS) })
    .describe('The kind of reason of the setpoint that holds at a moment, or of what the device itself decided.'),
]);

export type Expectation = z.output<typeof expectationSchema>;
