import './live.css';
import { useMemo, useState } from 'react';
import type { HostState } from '../../../core/host-api/contract.ts';
import { Sentence } from '../../components/sentence.tsx';
import { StateIcon } from '../../icons/state-icon.tsx';
import { useClock } from '../../shell/use-clock.ts';
import { useKeys } from '../../shell/use-keys.ts';
import { useBench } from '../../store/use-bench.ts';
import { useView } from '../../store/view-store.ts';
import { endedWishLines, liveSentence, otherNotices } from '../../words/live.ts';
import { CircuitsTable } from './circuits-table.tsx';
import { ControlBlock } from './control-block.tsx';
import { ControlRefused } from './control-refused.tsx';
import { EvseCard } from './evse-card.tsx';
import { EvseRows } from './evse-rows.tsx';
import { graveNoticeS } from './grave-notice.ts';
import { HistoryPanel } from './history-panel.tsx';
import { makeLiveView, type LiveView } from './live-view.ts';
import { NoLive } from './no-live.tsx';
import { SignalsPanel } from './signals-panel.tsx';
import { SimulatedPanel } from './simulated-panel.tsx';
import { SiteMode, SiteWishes, useSiteMode } from './site-mode.tsx';
import { TightestPanel } from './tightest-panel.tsx';

/** Beyond this many cards would not be read from two metres. */
const MOST_CARDS = 6;

function Head({ view, host }: { readonly view: LiveView; readonly host: HostState }) {
  const isConnected = useBench((state) => state.connection.isConnected);
  const lastedS = useBench((state) => graveNoticeS(state.history));
  const takeControl = useView((state) => state.takeControl);
  const { state, title, detail } = liveSentence(view, host.control, isConnected, lastedS);
  const notices = [...otherNotices(view), ...endedWishLines(host.endedWishes, view.names)];
  const siteMode = useSiteMode();
  return (
    <>
      <header className={`live-head ${state === 'danger' ? 'danger' : ''}`}>
        <StateIcon state={state} size={40} />
        <div className="live-sentence">
          <h1 aria-live="assertive">{title}</h1>
          <p className="secondary">
            <Sentence text={detail} />
          </p>
        </div>
        <span className="grow" />
        <SiteMode host={host} state={siteMode} />
        <ControlBlock control={host.control} />
      </header>
      {takeControl.kind === 'failed' ? <ControlRefused failure={takeControl.failure} host={host} /> : null}
      <SiteWishes host={host} view={view} state={siteMode} />
      {notices.length > 0 ? (
        <ul className="live-notices">
          {notices.map((notice) => (
            <li key={notice.key}>
              <StateIcon state={notice.state} />
              <span>
                <Sentence text={notice.text} />
              </span>
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}

function Cards({ view }: { readonly view: LiveView }) {
  const [openId, setOpenId] = useState<string | null>(null);
  const hasLetters = useView((state) => state.hasLetterKeys);
  const toggle = (id: string | undefined): void => {
    if (id !== undefined) setOpenId((open) => (open === id ? null : id));
  };
  const digits = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [String(index + 1), () => toggle(view.evses[index]?.evse.id)]));
  useKeys({ ...digits, Escape: () => setOpenId(null) }, { hasLetters });
  return view.evses.map((live) => <EvseCard key={live.evse.id} live={live} view={view} isOpen={openId === live.evse.id} onToggle={() => toggle(live.evse.id)} />);
}

function Live({ view, host }: { readonly view: LiveView; readonly host: HostState }) {
  const [shownId, setShownId] = useState<string | null>(null);
  const shown = view.circuits.find(({ circuit }) => circuit.id === shownId) ?? view.tightest?.circuit ?? view.circuits[0];
  return (
    <div className="live">
      <Head view={view} host={host} />
      <div className="live-columns">
        <div className="live-main" data-column tabIndex={-1}>
          {shown === undefined ? null : <TightestPanel circuit={shown} isTightest={shown === view.tightest?.circuit} view={view} />}
          <CircuitsTable view={view} shownId={shown?.circuit.id ?? null} onShow={(id) => setShownId(id === shownId ? null : id)} />
          {shown === undefined ? null : <HistoryPanel circuit={shown} view={view} />}
        </div>
        <aside className="live-side" data-column tabIndex={-1} aria-label="EVSEs">
          {view.evses.length > MOST_CARDS ? <EvseRows view={view} /> : <Cards view={view} />}
          <SignalsPanel host={host} view={view} />
          {host.source === 'simulated' ? <SimulatedPanel view={view} /> : null}
        </aside>
      </div>
    </div>
  );
}

export function LiveScreen() {
  const host = useBench((state) => state.host);
  const frame = useBench((state) => state.frame);
  const arrivedMs = useBench((state) => state.frameArrivedMs);
  const nowMs = useClock();
  const site = host?.site ?? null;
  const view = useMemo(() => (site === null || frame === null ? null : makeLiveView(site, frame, nowMs - arrivedMs)), [site, frame, nowMs, arrivedMs]);
  if (host === null || view === null || host.control.kind === 'none') return <NoLive />;
  return <Live view={view} host={host} />;
}
