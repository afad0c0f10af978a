import { Menu } from '@mantine/core';
import { useState } from 'react';
import type { HostState } from '../../../core/host-api/contract.ts';
import { FailurePanel } from '../../components/failure-panel.tsx';
import { Sliders } from '../../icons/icons.tsx';
import { useAsk, type Asking } from '../../store/use-ask.ts';
import { useBench, useBenchHandle } from '../../store/use-bench.ts';
import { CHARGE_MODE_WORDS } from '../../words/wishes.ts';
import { LimitForm } from './limit-form.tsx';
import type { LiveView } from './live-view.ts';
import { ModeMenu } from './mode-menu.tsx';
import { WishList } from './wish-list.tsx';

/** What was asked for the site as a whole: a mode for all, limits of circuits. */
function siteWishes({ wishes, site }: HostState) {
  return wishes.filter((wish) => (wish.kind === 'mode' ? wish.evseId === null : site?.circuits.some(({ id }) => id === wish.about) === true));
}

export interface SiteModeState extends Asking {
  readonly isLimiting: boolean;
  readonly setLimiting: (isLimiting: boolean) => void;
}

export function useSiteMode(): SiteModeState {
  const [isLimiting, setLimiting] = useState(false);
  return { ...useAsk(), isLimiting, setLimiting };
}

/** The mode of the whole site, and the menu that changes it. */
export function SiteMode({ host, state }: { readonly host: HostState; readonly state: SiteModeState }) {
  const { api } = useBenchHandle().connection;
  const isConnected = useBench(({ connection }) => connection.isConnected);
  const own = siteWishes(host);
  const wished = own.find((wish) => wish.kind === 'mode');
  const policyMode = host.site?.policy.mode ?? 'normal';
  const mode = wished?.kind === 'mode' ? wished.mode : policyMode;
  const root = host.site?.circuits.find(({ parentId }) => parentId === null);
  const canAsk = host.leads && isConnected && host.control.kind === 'controlling' && !state.isRunning;
  return (
    <>
      <div className="control">
        <span className="label">Mode</span>
        <span className="bold">{CHARGE_MODE_WORDS[mode].name}</span>
      </div>
      <ModeMenu
        mode={mode}
        back={wished === undefined ? null : `Back to the site’s own: ${CHARGE_MODE_WORDS[policyMode].name}`}
        onChoose={(next) => void state.ask(() => api.setMode({ evseId: null, mode: next, untilWallMs: null }))}
        target={
          <button type="button" className="button" disabled={!canAsk} aria-label="Change the mode of the site">
            <Sliders />
            <span className="wide">Change</span>
          </button>
        }
      >
        {root === undefined ? null : (
          <>
            <Menu.Divider />
            <Menu.Item onClick={() => state.setLimiting(true)}>Limit {root.name} for a while…</Menu.Item>
          </>
        )}
      </ModeMenu>
    </>
  );
}

/** What was asked for the site, beneath its sentence. */
export function SiteWishes({ host, view, state }: { readonly host: HostState; readonly view: LiveView; readonly state: SiteModeState }) {
  const { api } = useBenchHandle().connection;
  const root = view.site.circuits.find(({ parentId }) => parentId === null);
  const own = siteWishes(host);
  const isShown = own.length > 0 || state.failure !== null || (state.isLimiting && root !== undefined);
  if (!isShown) return null;
  return (
    <section className="site-wishes" aria-label="Asked for the site">
      {state.isLimiting && root !== undefined ? (
        <LimitForm
          about={root.name}
          startA={root.breaker.ratingA}
          mostA={root.breaker.ratingA}
          stepA={1}
          nowWallMs={view.frame.wallMs}
          names={view.names}
          isRunning={state.isRunning}
          onSet={(currentA, untilWallMs) => {
            void state.ask(() => api.setLimit({ about: root.id, currentA, untilWallMs })).then((isDone) => {
              if (isDone) state.setLimiting(false);
            });
          }}
          onClose={() => state.setLimiting(false)}
        />
      ) : null}
      <WishList wishes={own} names={view.names} saysWhom isLocked={!host.leads || state.isRunning} onTakeBack={(wishId) => void state.ask(() => api.takeBackWish(wishId))} />
      {state.failure === null ? null : <FailurePanel failure={state.failure} />}
    </section>
  );
}
