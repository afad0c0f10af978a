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

function RailLink({ screen }: { readonly screen: ScreenName }) {
  const isHere = useView((view) => view.screen === screen);
  const hasFinding = useBench(({ host }) => screen === 'site' && host !== null && host.findings.some((finding) => !finding.isAccepted && finding.severity !== 'info'));
  const isWorking = useBench(({ computing }) => screen === 'scenarios' && computing !== null);
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
