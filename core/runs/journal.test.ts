import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Setpoint } from '../balancing/setpoint.ts';
import { circuitId, evseId, meterId } from '../quantities.ts';
import { templateSite } from '../site/list-templates.ts';
import type { Frame } from './frame.ts';
import { createJournalWriter, type JournalKind } from './journal.ts';
import { changesOf, framesOf, parseJournal, type Journal } from './parse-journal.ts';
import { runColumns } from './recorder.ts';

const PLAYED: JournalKind = { kind: 'played', run: { scenarioId: 'two-evses-quick', controller: 'chargebench', seed: 1 } };

function twoEvses() {
  const site = templateSite('two-evses-one-breaker');
  if (!site.ok) throw new Error(JSON.stringify(site.error));
  return site.value;
}

const SETPOINT: Setpoint = {
  evseId: evseId('primary'),
  offeredCurrentA: 20,
  phases: [0, 1],
  reason: { kind: 'circuit', circuitId: circuitId('ev'), phase: 0, limitSource: 'continuous', limitA: 40, otherA: 0.5, otherEvsesA: 19.5, sharers: 2 },
  limits: [{ currentA: 48, reason: { kind: 'evse-rating', ratingA: 48 } }],
};

function frameAt(timeMs: number, changes: Partial<Frame> = {}): Frame {
  return {
    timeMs,
    wallMs: timeMs,
    readings: [{ meterId: meterId('feed'), timeMs: timeMs - 100, currentA: [40.125, 40.125, null], voltageV: [120.1, 120.1, null], powerW: [4815, 4815, null], isLive: true }],
    reports: [
      {
        evseId: evseId('primary'), timeMs: timeMs - 50, state: 'charging', isVehicleConnected: true, offeredCurrentA: 20, measuredCurrentA: [19.5, 19.5, null],
        measuredTimeMs: timeMs - 50, voltageV: 240, energyWh: 1234, restartCount: 1, otherCommander: 'manual override',
      },
      {
        evseId: evseId('secondary'), timeMs: timeMs - 60, state: null, isVehicleConnected: null, offeredCurrentA: null, measuredCurrentA: null,
        measuredTimeMs: null, voltageV: null, energyWh: null, restartCount: 0, otherCommander: null,
      },
    ],
    setpoints: [SETPOINT],
    confirmations: [{ evseId: evseId('primary'), requestedA: 20, readBackA: null, state: 'sent', ageMs: timeMs - 900 }],
    circuits: [
      {
        circuitId: circuitId('ev'), ratingA: 50, limitA: 40,
        phases: [{ totalA: 40.125, otherA: 0.5, evsesA: 39.5, reservedA: 0, headroomA: -0.5 }, { totalA: null, otherA: null, evsesA: 39.5, reservedA: 0, headroomA: 0.5 }, null],
      },
    ],
    notices: [],
    ...changes,
  };
}

function written(frames: readonly Frame[], kind: JournalKind = PLAYED): string[] {
  const writer = createJournalWriter(twoEvses(), kind);
  return [writer.header, ...frames.flatMap((frame) => writer.linesOf(frame))];
}

function parsed(lines: readonly string[]): Journal {
  const journal = parseJournal(lines);
  if (!journal.ok) throw new Error(JSON.stringify(journal.error));
  return journal.value;
}

test('frames come back from their journal as they were', () => {
  const notice = { code: 'meter-stale', severity: 'attention', about: meterId('feed'), context: { ageMs: 6000 } } as const;
  const frames = [frameAt(1000), frameAt(2000, { notices: [notice] }), frameAt(3000, { setpoints: [{ ...SETPOINT, offeredCurrentA: 0, reason: { kind: 'leaving' } }] }), frameAt(4000, { readings: [] })];
  const journal = parsed(written(frames));
  expect(journal).toMatchObject({ kind: PLAYED, brokenAt: null, site: twoEvses() });
  expect([...framesOf(journal)]).toEqual(frames);
});

test('a change is written once, not with every frame', () => {
  const lines = written([frameAt(1000), frameAt(2000), frameAt(3000)]);
  expect(lines.map((line) => line.slice(1, 4))).toEqual(['"fo', '"s"', '"c"', '"r"', '"r"', '"r"']);
});

test('the journal of a live run knows that it is one, and wall time is given from outside', () => {
  const journal = parsed(written([frameAt(1000)], { kind: 'live' }));
  expect(journal.kind).toEqual({ kind: 'live' });
  expect([...framesOf(journal, 1_800_000_000_000)][0]?.wallMs).toBe(1_800_000_001_000);
});

test('the same frames give the same bytes whatever the time of day, and no finer than mA, W and 0.1 V', () => {
  const noisy = frameAt(1000.4, {
    wallMs: 1_763_000_000_000,
    readings: [{ meterId: meterId('feed'), timeMs: 900.2, currentA: [1 / 3, -1 / 3, null], voltageV: [120.04, 119.96, null], powerW: [40.6, -40.6, null], isLive: true }],
  });
  const lines = written([noisy]);
  expect(written([{ ...noisy, wallMs: 0 }])).toEqual(lines);
  expect(lines.join('\n')).not.toContain('wallMs');
  const [frame] = framesOf(parsed(lines));
  expect(frame).toMatchObject({ timeMs: 1000, readings: [{ timeMs: 900, currentA: [0.333, -0.333, null], voltageV: [120, 120, null], powerW: [41, -41, null] }] });
});

test('what truly flowed stands beside the frames of a played run', () => {
  const site = twoEvses();
  const columns = runColumns(site);
  const writer = createJournalWriter(site, PLAYED, columns);
  const truth = new Float64Array(columns.length).fill(NaN);
  truth[0] = 52.00049;
  const journal = parsed([writer.header, ...writer.linesOf(frameAt(1000), truth)]);
  const row = journal.entries.find((entry) => entry.kind === 'row');
  const at = (name: string): unknown => row?.cells[journal.columns.indexOf(name)];
  expect([at('truth.ev.l1.currentA'), at('truth.ev.l2.currentA'), at('feed.l1.currentA')]).toEqual([52, null, 40.125]);
  expect([...framesOf(journal)]).toEqual([frameAt(1000)]);
});

test('what the devices are set to comes back from the header, and later settings from their lines', () => {
  const primary = { max_current_soft: 34, current_shaper_enabled: true, mqtt_live_pwr: 'shellies/em/emeter/0/power' };
  const writer = createJournalWriter(twoEvses(), { kind: 'live' }, [], { secondary: { max_current_soft: 40 }, primary });
  // In the site's order, whichever answered first: the same site gives the same bytes.
  expect(writer.header).toContain(`"devices":{"primary":${JSON.stringify(primary)},"secondary":{"max_current_soft":40}}`);
  const journal = parsed([writer.header, ...writer.linesOf(frameAt(1000)), writer.settingsLine(1000, 'secondary', { max_current_soft: 16 }), ...writer.linesOf(frameAt(2000))]);
  expect(journal.brokenAt).toBeNull();
  expect(journal.devices).toEqual({ primary, secondary: { max_current_soft: 40 } });
  expect(journal.entries.filter(({ kind }) => kind === 'settings')).toEqual([{ kind: 'settings', timeMs: 1000, deviceId: 'secondary', settings: { max_current_soft: 16 } }]);
  expect([...framesOf(journal)]).toHaveLength(2);
});

test('a journal of version 1, which knew nothing of settings, is read as ever', () => {
  const [header = '', ...lines] = written([frameAt(1000)]);
  const { devices: _devices, ...before } = JSON.parse(header) as Record<string, unknown>;
  const journal = parsed([JSON.stringify({ ...before, version: 1 }), ...lines]);
  expect(journal).toMatchObject({ devices: null, brokenAt: null });
  expect([...framesOf(journal)]).toEqual([frameAt(1000)]);
});

test('changes and markers can be had without the frames', () => {
  const site = twoEvses();
  const writer = createJournalWriter(site, PLAYED);
  const marker = { timeS: 0.5, kind: 'vehicle', text: 'Primary plugs in', about: evseId('primary') } as const;
  const changes = changesOf(parsed([writer.header, ...writer.linesOf(frameAt(1000)), writer.markerLine(marker)]));
  expect(changes).toEqual({ setpointChanges: [{ timeS: 1, setpoint: SETPOINT }], noticeChanges: [], markers: [marker] });
});

test('wherever a kill -9 cuts the file, everything up to the last whole line is read', () => {
  const frames = Array.from({ length: 20 }, (_, index) => frameAt((index + 1) * 1000, { setpoints: [{ ...SETPOINT, offeredCurrentA: 6 + index }] }));
  const text = `${written(frames).join('\n')}\n`;
  const headerEnd = text.indexOf('\n');
  fc.assert(
    fc.property(fc.integer({ min: headerEnd + 1, max: text.length }), (cut) => {
      const whole = text.slice(0, cut);
      const journal = parsed(whole.split('\n'));
      const wholeLines = whole.split('\n').length - 1;
      const isWhole = whole.endsWith('\n') || text[cut] === '\n';
      expect(journal.entries).toHaveLength(wholeLines - 1 + (text[cut] === '\n' ? 1 : 0));
      if (isWhole) expect(journal.brokenAt).toBeNull();
      else expect(journal.brokenAt).toEqual({ line: wholeLines + 1, rule: 'not-json', unreadLines: 1 });
    }),
  );
});

/** Rows: a line after the header that makes no sense, and the rule it breaks. */
test.each([
  ['["r",2000,1,2]', 'wrong-length'],
  ['["x",2000]', 'unknown-line'],
  ['{"r":1}', 'not-json'],
  ['["r",500]', 'wrong-time'],
  ['["s","soon",{}]', 'wrong-time'],
  ['["s",2000,{"evseId":"primary"}]', 'wrong-content'],
  ['["n",2000,{"code":7},1]', 'wrong-content'],
  ['["c",2000,{"evseId":"primary","requestedA":6,"readBackA":null,"state":"sent"}]', 'wrong-content'],
  ['["d",2000,"primary",{"max_current_soft":null}]', 'wrong-content'],
])('reading stops at %s', (line, rule) => {
  const lines = written([frameAt(1000)]);
  const journal = parsed([...lines, line, ...lines.slice(1)]);
  expect(journal.brokenAt).toEqual({ line: 5, rule, unreadLines: 4 });
  expect(journal.entries).toHaveLength(3);
});

/** Rows: a header that is of no use, and how that is named. */
test.each([
  ['', { code: 'invalid-file', context: { path: 'line 1', rule: 'not-json' } }],
  ['[]', { code: 'invalid-file', context: { rule: 'not-an-object' } }],
  ['{"format":"chargebench-site","version":1}', { code: 'invalid-file', context: { path: 'format' } }],
  ['{"format":"chargebench-journal","version":3}', { code: 'newer-version', context: { fileVersion: 3, knownVersion: 2 } }],
  ['{"format":"chargebench-journal","version":1,"kind":"dream"}', { code: 'invalid-file', context: { path: 'kind' } }],
  ['{"format":"chargebench-journal","version":1,"kind":"live"}', { code: 'invalid-file', context: { path: 'site' } }],
])('a journal that begins with %s is refused', (header, error) => {
  expect(parseJournal([header])).toMatchObject({ ok: false, error });
});

test('columns that are not those of the site are refused', () => {
  const header = JSON.parse(written([])[0] ?? '') as { columns: string[] };
  header.columns[0] = 'feed.when';
  expect(parseJournal([JSON.stringify(header)])).toMatchObject({ ok: false, error: { context: { path: 'columns/0', rule: 'columns-of-site', expected: 'feed.timeMs' } } });
});
