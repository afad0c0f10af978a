import type { Result } from '../../core/errors.ts';
import type { HostApi, LoadPreview, ScenarioCheck, ScenarioSummary } from '../../core/host-api/contract.ts';
import { FAKE_SCENARIOS, FAKE_SITE } from './fake-site.ts';

/** The file of the written run: what an editor opens in component tests and in pictures. */
export const FAKE_FILE = {
  format: 'chargebench-scenario',
  version: 1,
  id: 'primary-starts-second',
  title: 'Primary starts while secondary charges',
  about: 'The primary plugs in while the secondary has the whole circuit.',
  group: 'One breaker, two EVSEs',
  tags: ['two EVSEs'],
  durationS: 1800,
  site: 'two-evses-one-breaker',
  vehicles: [
    { id: 'car-secondary', evse: 'secondary', plugInS: 60 },
    { id: 'car-primary', evse: 'primary', plugInS: 600, unplugS: 1500 },
  ],
  otherLoads: [{ circuit: 'ev', powerW: 2400, fromS: 900, untilS: 1200 }],
  faults: [{ kind: 'meter-silent', device: 'feed', fromS: 590 }],
  controllers: {
    chargebench: { expect: [{ kind: 'never-trips' }, { kind: 'peak-current', atMost: 50 }] },
    device: { expect: [{ kind: 'verdict', is: 'holds' }] },
  },
};

const FAKE_CONTROLLERS = ['chargebench', 'device', 'none', 'static-split', 'smartevse', 'ha-most-loaded-phase'];

/** Reads what JSON can tell; rules of the file are the host's. */
function checked(text: string): Result<ScenarioCheck> {
  try {
    const file = JSON.parse(text) as typeof FAKE_FILE;
    const summary: ScenarioSummary = {
      ...{ id: file.id, title: file.title, about: file.about, group: file.group, tags: file.tags, durationS: file.durationS },
      ...{ controllers: Object.keys(file.controllers), setup: FAKE_SCENARIOS[0]?.setup ?? '', isOwn: true, failure: null },
    };
    return { ok: true, value: { summary, site: FAKE_SITE, siteFile: { ...FAKE_SITE } } };
  } catch (error) {
    return { ok: false, error: { code: 'invalid-file', context: { path: '', rule: 'json', message: String(error) } } };
  }
}

const STRETCHES = 120;

/** Of loads that come and go only: what else there is, the host computes. */
function previewed(text: string): LoadPreview {
  const { durationS, otherLoads = [] } = JSON.parse(text) as { readonly durationS: number; readonly otherLoads?: typeof FAKE_FILE.otherLoads };
  const stretchS = durationS / STRETCHES;
  const meanW = Array.from({ length: STRETCHES }, (_, place) => otherLoads.reduce((sum, { powerW, fromS, untilS }) => (place * stretchS >= fromS && place * stretchS < untilS ? sum + powerW : sum), 0));
  return { stretchS, house: otherLoads.length === 0 ? null : { leastW: meanW, meanW, mostW: meanW }, pv: null };
}

type Scenarios = Pick<HostApi, 'listScenarios' | 'listControllers' | 'readScenario' | 'checkScenario' | 'saveScenario' | 'deleteScenario' | 'undoDeleteScenario' | 'previewLoads' | 'keepRecording' | 'readRecording'>;

interface Saved {
  readonly summary: ScenarioSummary;
  readonly text: string;
}

/** Saved ones are in the list from then on, for as long as this host lives. */
export function fakeScenarios(): Scenarios {
  const recordings = new Map<string, string>();
  const saved = new Map<string, Saved>();
  const deleted = new Map<string, Saved>();
  const done = <T>(result: Result<T>): Promise<Result<T>> => Promise.resolve(result);
  return {
    listScenarios: () => done({ ok: true, value: [...FAKE_SCENARIOS, ...[...saved.values()].map(({ summary }) => summary)] }),
    listControllers: () => done({ ok: true, value: FAKE_CONTROLLERS }),
    readScenario: (id) => done({ ok: true, value: saved.get(id)?.text ?? `${JSON.stringify({ ...FAKE_FILE, id }, null, 2)}\n` }),
    checkScenario: (text) => done(checked(text)),
    previewLoads(text) {
      const result = checked(text);
      return done(result.ok ? { ok: true, value: previewed(text) } : result);
    },
    keepRecording({ name, text, isFirst, isLast }) {
      recordings.set(name, isFirst ? text : `${recordings.get(name) ?? ''}${text}`);
      return done({ ok: true, value: { file: isLast ? name : null } });
    },
    readRecording(file) {
      const text = recordings.get(file);
      return done(text === undefined ? { ok: false, error: { code: 'not-found', context: { file } } } : { ok: true, value: { text: text.slice(0, 4096), bytes: text.length } });
    },
    saveScenario(text) {
      const result = checked(text);
      if (!result.ok) return done(result);
      const { summary } = result.value;
      saved.set(summary.id, { summary, text });
      return done({ ok: true, value: summary });
    },
    deleteScenario(id) {
      const own = saved.get(id);
      if (own === undefined) return done({ ok: false, error: { code: 'refused', context: { scenario: id, why: 'it came with the program' } } });
      deleted.set(id, own);
      saved.delete(id);
      return done({ ok: true, value: null });
    },
    undoDeleteScenario(id) {
      const own = deleted.get(id);
      if (own === undefined) return done({ ok: false, error: { code: 'not-found', context: { scenario: id } } });
      deleted.delete(id);
      saved.set(id, own);
      return done({ ok: true, value: own.summary });
    },
  };
}
