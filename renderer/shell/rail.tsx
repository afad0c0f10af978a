import type { HostState } from '../../core/host-api/contract.ts';
import { Certificate, Checklist, ExportBox, Folder, Plug, Pulse, Sliders, Tree, Wave } from '../icons/icons.tsx';
import type { IconProps } from '../icons/icon-base.tsx';
import { useBench } from '../store/use-bench.ts';
import { SCREENS, useView, type ScreenName } from '../store/view-store.ts';
import { SCREEN_WORDS } from '../words/screens.ts';
import { screenAddress } from './address.ts';

const ICONS: Readonly<Record<ScreenName, (props: IconProps) => React.ReactNode>> = {
  start: Folder,
  site: Tree,
  devices: Plug,
  commissioning: Checklist,
  scenarios: Wave,
  live: Pulse,
  export: ExportBox,
  report: Certificate,
  settings: Sliders,
};

/** Somebody does not answer, or a link is gone. */
function hasTrouble({ site, devices, links }: HostState): boolean {
  return site !== null && (devices.some(({ answers }) => !answers) || links.some(({ state }) => state === 'lost'));
}

function RailLink({ screen }: { readonly screen: ScreenName }) {
  const isHere = useView((view) => view.screen === screen);
  const hasFinding = useBench(({ host }) => host !== null && ((screen === 'site' && host.findings.some((finding) => !finding.isAccepted && finding.severity !== 'info')) || (screen === 'devices' && hasTrouble(host))));
  const isWorking = useBench(({ computing, scan }) => (screen === 'scenarios' && computing !== null) || (screen === 'devices' && scan.kind === 'running'));
  const Icon = ICONS[screen];
  return (
    <a href={screenAddress(screen)} {...(isHere ? { 'aria-current': 'page' as const } : {})}>
      <Icon size={22} />
      <span>{SCREEN_WORDS[screen].title}</span>
      {hasFinding ? (
        <span className="rail-dot">
          <span className="visually-hidden">, has open findings</span>
        </span>
      ) : null}
      {isWorking ? (
        <span className="rail-ring">
          <span className="visually-hidden">, at work</span>
        </span>
      ) : null}
    </a>
  );
}

export function Rail() {
  return (
    <nav className="rail" aria-label="Screens" data-column tabIndex={-1}>
      {SCREENS.filter((screen) => screen !== 'settings' && screen !== 'start').map((screen) => (
        <RailLink key={screen} screen={screen} />
      ))}
      <span className="grow" />
      <RailLink screen="settings" />
    </nav>
  );
}
