import type { ErrorCode, Failure } from '../../core/errors.ts';
import { anyPart, part, textOf, type Context } from './context.ts';
import { isOfSerialPort, portBusy, portForbidden, portLost, portMissing } from './serial-errors.ts';

/** An error as a person reads it: what happened and where, then what to do. */
export interface ErrorWords {
  readonly what: string;
  readonly todo: string;
}

/** Whom or what an error concerns, by the keys its makers use. */
const WHERE_KEYS = ['name', 'device', 'evse', 'meter', 'broker', 'host', 'topic', 'url', 'link', 'id', 'scenarioId', 'template'] as const;

function where(context: Context, otherwise: string): string {
  for (const key of WHERE_KEYS) {
    const text = textOf(context, key);
    if (text !== null) return key === 'link' && text === 'screen' ? 'The host' : text;
  }
  return otherwise;
}

const theFile = (context: Context): string => `The file${anyPart(context, ['file', 'source', 'format'], ' ')}`;

const found = (context: Context): string => `${part(context, 'expected', ', expected ')}${anyPart(context, ['found', 'payload'], ', found ')}`;
const reason = (context: Context): string => anyPart(context, ['message', 'why', 'cause', 'reason', 'what'], ': ');

type Words = (context: Context) => ErrorWords;

const unable: Words = (context) => ({
  what: `${where(context, 'This')} cannot do that${anyPart(context, ['setting', 'call', 'mode', 'controller', 'field'], ': ')}${reason(context)}.`,
  todo: 'Choose something it can do, or update its firmware or this program.',
});

/** A device of the site whose model nothing in this program speaks with, or plays, as yet. */
const unreachable: Words = (context) => ({
  what: `This program has no ${textOf(context, 'what') === 'simulation' ? 'simulator' : 'driver'} for ${where(context, 'the device')}, model ${textOf(context, 'model') ?? 'unknown'}${part(context, 'link', ' over ')}${part(context, 'needs', ', only over ')}.`,
  todo: 'Choose another model or link for it in the site, or update this program.',
});

/** A controller of the field on a site that it is not made for. */
const unfitting: Words = (context) => ({
  what: `This controller cannot control this site${part(context, 'needs', ': it needs ')}.`,
  todo: 'Choose another controller, or another site.',
});

const refusedByDevice: Words = (context) => ({
  what: `${where(context, 'The device')} refused${reason(context)}${found(context)}.`,
  todo: 'Read its settings: a limit of its own may be lower, or somebody else commands it.',
});

/** A rule of the site stands in the way. */
const refusedByRule: Words = (context) => ({
  what: textOf(context, 'why') === 'errors-must-be-cured' ? 'An error cannot be accepted.' : `Control is not taken: the finding ${textOf(context, 'rule') ?? ''}${part(context, 'about', ' of ')} is open.`,
  todo: textOf(context, 'why') === 'errors-must-be-cured' ? 'Cure it in the site.' : 'Cure it, or accept it in writing where that can be answered for.',
});

/** Ports have cures of their own, by system. */
const ofPort = (port: Words, otherwise: Words): Words => (context) => (isOfSerialPort(context) ? port(context) : otherwise(context));

/** What this program itself refuses, by its reason. */
const REFUSALS: Readonly<Record<string, ErrorWords>> = {
  'this-program-controls': { what: 'Not while Chargebench controls: it would take the offer back within a second.', todo: 'Hand back control first, or pause all.' },
  'scan-runs': { what: 'Not while a scan has the wires of this site.', todo: 'Wait for the scan, or stop it on Devices.' },
  'another-scan-runs': { what: 'Another scan is running.', todo: 'Wait for it, or stop it first.' },
  'another-window-leads': { what: 'This window only shows: another one on the same host leads.', todo: 'Use the window that leads, or close it.' },
};

/** A scan would take the wires away from under the EVSEs. */
const SCAN_WHILE_CONTROLLING: ErrorWords = { what: 'Not while Chargebench controls by these wires: no setpoint would pass.', todo: 'Hand back control first, then scan.' };

const SETTING_RULES: Readonly<Record<string, string>> = {
  'never-write': 'must never be written',
  'action-not-setting': 'is an act and no setting',
  'not-in-this-role': 'is not obeyed in the role of this device',
  'only-uncharged': 'may only be written while no vehicle is connected',
};

/** The description of the device forbids it, and says why. */
const refusedSetting: Words = (context) => ({
  what: `"${textOf(context, 'setting') ?? ''}" ${SETTING_RULES[textOf(context, 'rule') ?? ''] ?? 'may not be written'}${reason(context)}.`,
  todo: textOf(context, 'rule') === 'only-uncharged' ? 'Unplug the vehicle and try again.' : `Leave it as it is${part(context, 'display', ', or change it at the device itself: ')}.`,
});

const refused: Words = (context) => {
  const isScan = textOf(context, 'target') !== null && textOf(context, 'why') === 'this-program-controls';
  const own = isScan ? SCAN_WHILE_CONTROLLING : REFUSALS[textOf(context, 'why') ?? ''];
  if (own !== undefined) return own;
  if (textOf(context, 'rule') === null) return refusedByDevice(context);
  return textOf(context, 'setting') === null ? refusedByRule(context) : refusedSetting(context);
};

export const ERROR_WORDS: Readonly<Record<ErrorCode, Words>> = {
  timeout: (context) => ({
    what: `${where(context, 'The device')} did not answer in time${part(context, 'limitMs', ' (', 'ms', ')')}${anyPart(context, ['setting', 'field'], ', asked for ')}.`,
    todo: 'Check that it has power and that its link is up, then try again.',
  }),
  checksum: (context) => ({
    what: `${where(context, 'The device')} answered with a wrong checksum${found(context)}.`,
    todo: 'Check cable, termination and bus settings; something disturbs the line or two devices share an address.',
  }),
  refused,
  'unexpected-reply': (context) => ({
    what: `${where(context, 'The device')} sent something this program does not understand${part(context, 'field', ' in ')}${reason(context)}${found(context)}.`,
    todo: 'Check its firmware version and whether its model in the site is the right one.',
  }),
  'not-supported': (context) => (textOf(context, 'what') === 'controller' ? unfitting(context) : textOf(context, 'model') === null ? unable(context) : unreachable(context)),
  'link-lost': ofPort(portLost, (context) => ({
    what: `The link to ${where(context, 'the other side')} is gone${anyPart(context, ['cause', 'message'], ': ')}.`,
    todo: 'It is tried again by itself. Check that the broker or device runs and can be reached.',
  })),
  cancelled: () => ({ what: 'Stopped before it was finished.', todo: 'Nothing was kept. Start it again when you like.' }),
  'invalid-file': (context) => ({
    what: `${theFile(context)} breaks the rule "${textOf(context, 'rule') ?? 'unknown'}"${part(context, 'path', ' at ')}${reason(context)}${found(context)}.`,
    todo: 'Open the file, mend that place and load it again. Nothing else was changed.',
  }),
  'newer-version': (context) => ({
    what: `${theFile(context)} was written by a newer version${part(context, 'fileVersion', ' (file version ', 'text', '')}${part(context, 'knownVersion', ', this program reads up to ', 'text', ')')}.`,
    todo: 'Update this program. The file was left as it is.',
  }),
  'invalid-argument': (context) => ({
    what: `That cannot be done with this input${part(context, 'path', ', at ')}${anyPart(context, ['rule', 'needs'], ', it needs ')}${reason(context)}.`,
    todo: 'Correct the input and try again.',
  }),
  'out-of-range': (context) => ({
    what: `${where(context, 'The value')}: ${anyPart(context, ['requestedA', 'currentA', 'value'], '') || 'the value'} is out of range${anyPart(context, ['lowestA', 'lowest'], ', lowest ')}${anyPart(context, ['highestA', 'highest', 'limitA'], ', highest ')}.`,
    todo: 'Choose a value between the two.',
  }),
  'not-found': ofPort(portMissing, (context) => ({
    what: `${where(context, 'It')} was not found${anyPart(context, ['field', 'path', 'file'], ', looked for ')}.`,
    todo: 'It may have been renamed or removed. Choose another.',
  })),
  'port-in-use': ofPort(portBusy, (context) => ({
    what: `Port ${textOf(context, 'port') ?? ''} is used by another program${part(context, 'program', ': ')}.`,
    todo: 'Close that program or choose another port in Settings.',
  })),
  'already-open': (context) => ({
    what: `${anyPart(context, ['project', 'folder', 'name'], '') || 'This project'} is already open in another program${part(context, 'pid', ' (process ', 'text', ')')}.`,
    todo: 'Use the window that has it open, or close that one first.',
  }),
  'not-writable': (context) => ({
    what: `${anyPart(context, ['folder', 'file', 'path'], '') || 'The folder'} cannot be written${reason(context)}.`,
    todo: 'Check free space and permissions, or choose another folder.',
  }),
  unauthorized: ofPort(portForbidden, (context) => ({
    what: `${where(context, 'The host')} does not accept this sign-in${reason(context)}.`,
    todo: 'Open the address that the program printed at its start, or check user name and password.',
  })),
  internal: (context) => ({
    what: `Something went wrong inside this program${reason(context)}.`,
    todo: 'Copy the details and report them. What was known is still there.',
  }),
};

export function errorWords(failure: Failure): ErrorWords {
  const words = ERROR_WORDS[failure.code](failure.context);
  return { what: words.what.charAt(0).toUpperCase() + words.what.slice(1), todo: words.todo };
}

/** For a place where one sentence has room. */
export function failureSentence(failure: Failure): string {
  return errorWords(failure).what;
}

/** Code and context as they are, for people who report them. */
export function failureDetails(failure: Failure): string {
  return JSON.stringify({ code: failure.code, context: failure.context }, null, 2);
}
