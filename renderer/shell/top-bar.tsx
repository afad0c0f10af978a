import type { HostState } from '../../core/host-api/contract.ts';
import { Flask, Hand, Keyboard, Plug, RecordFilled, Refresh } from '../icons/icons.tsx';
import { StateIcon } from '../icons/state-icon.tsx';
import { useBench } from '../store/use-bench.ts';
import { useViewHandle } from '../store/view-store.ts';
import { devicesLine, hostDelayLine, hostMemoryLine, linkLine, linkState, SOURCE_WORDS } from '../words/hosts.ts';
import { elapsed } from '../words/times.ts';
import { screenAddress } from './address.ts';
import { Mark } from './mark.tsx';
import { SiteMenu } from './site-menu.tsx';
import { useClock } from './use-clock.ts';

const SOURCE_ICONS = { simulated: Flask, hardware: Plug, replay: Refresh } as const;

function SourceChip({ source }: { readonly source: HostState['source'] }) {
  const Icon = SOURCE_ICONS[source];
  return (
    <span className={source === 'hardware' ? 'chip accent' : 'chip'}>
      <Icon size={15} />
      <span className="source-word">{SOURCE_WORDS[source]}</span>
    </span>
  );
}

function Recording({ sinceWallMs }: { readonly sinceWallMs: number }) {
  const nowMs = useClock();
  return (
    <span className="chip recording-chip">
      <span className="recording">
        <RecordFilled size={12} />
      </span>
      <span className="wide">Recording run, </span>
      <span className="num">{elapsed(nowMs - sinceWallMs)}</span>
    </span>
  );
}

function Connection({ host }: { readonly host: HostState }) {
  const view = useViewHandle();
  return (
    <button type="button" className="connection" onClick={() => view.show('devices')} title="Open Devices">
      <span>
        <StateIcon state={linkState(host)} size={16} />
        <span className="link-text">{linkLine(host)},</span> {devicesLine(host.devices)}
      </span>
      <span className="host-delay num" title={`${hostMemoryLine(host)} of memory, version ${host.version}`}>
        {hostDelayLine(host)}
      </span>
    </button>
  );
}

function HostLine({ host }: { readonly host: HostState }) {
  return (
    <>
      {host.recording === null ? null : <Recording sinceWallMs={host.recording.sinceWallMs} />}
      <Connection host={host} />
    </>
  );
}

/** Both ways out of control are always in sight once a site is open. */
function Leaving({ leads }: { readonly leads: boolean }) {
  const view = useViewHandle();
  return (
    <>
      <button type="button" className="button quiet hand-back" disabled={!leads} onClick={() => void view.askHandBack()}>
        Hand back control
      </button>
      <button type="button" className="button danger" disabled={!leads} onClick={() => void view.pauseAll()} title="Ctrl Shift X">
        <Hand />
        Pause all
      </button>
    </>
  );
}

export function TopBar() {
  const view = useViewHandle();
  const host = useBench((state) => state.host);
  const hasSite = host !== null && host.site !== null;
  const isLive = hasSite && host.control.kind !== 'none';
  return (
    <header className="top">
      <a className="mark" href={screenAddress('start')} title="Start: projects and templates">
        <Mark />
      </a>
      <SiteMenu />
      {hasSite ? <SourceChip source={host.source} /> : null}
      <span className="grow" />
      {host === null ? null : <HostLine host={host} />}
      {isLive ? <Leaving leads={host.leads} /> : null}
      <button type="button" className="button quiet square keys-button" aria-label="Keys of this screen" title="Keys of this screen (?)" onClick={() => view.open('keys')}>
        <Keyboard size={20} />
      </button>
    </header>
  );
}
