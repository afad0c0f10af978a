import { useRef, useState } from 'react';
import { FailurePanel } from '../../components/failure-panel.tsx';
import { ChevronDown, Gauge, PauseFilled, PlayFilled, Bolt } from '../../icons/icons.tsx';
import { useAsk } from '../../store/use-ask.ts';
import { useBench, useBenchHandle } from '../../store/use-bench.ts';
import { CHARGE_MODE_WORDS, modeLine } from '../../words/wishes.ts';
import { LimitForm } from './limit-form.tsx';
import type { EvseLive, LiveView } from './live-view.ts';
import { ModeMenu } from './mode-menu.tsx';
import { WishList } from './wish-list.tsx';

/** Why nothing can be asked for now; null when it can. */
function useLock(): string | null {
  const leads = useBench(({ host, connection }) => host?.leads === true && connection.isConnected);
  const control = useBench(({ host }) => host?.control.kind ?? 'none');
  if (!leads) return 'This window only shows';
  if (control === 'paused') return 'Every EVSE is paused: take control first';
  return control === 'controlling' ? null : 'The devices decide: take control first';
}

/** What a person can ask of one EVSE: pause, mode, boost, a limit with an end; and what stands of that. */
export function EvseActs({ live, view }: { readonly live: EvseLive; readonly view: LiveView }) {
  const { api } = useBenchHandle().connection;
  const { evse } = live;
  const lock = useLock();
  const wishes = useBench(({ host }) => host?.wishes);
  const own = (wishes ?? []).filter((wish) => (wish.kind === 'mode' ? wish.evseId : wish.about) === evse.id);
  const { ask, failure, isRunning } = useAsk();
  const [isLimiting, setLimiting] = useState(false);
  const limitButton = useRef<HTMLButtonElement>(null);
  const isLocked = lock !== null || isRunning;
  const pause = own.find((wish) => wish.kind === 'mode' && wish.mode === 'pause');
  const boost = own.find((wish) => wish.kind === 'mode' && wish.mode === 'boost');
  const setMode = (mode: Parameters<typeof api.setMode>[0]['mode']) => void ask(() => api.setMode({ evseId: evse.id, mode, untilWallMs: null }));
  const takeBack = (wishId: string) => void ask(() => api.takeBackWish(wishId));
  const closeLimit = () => {
    setLimiting(false);
    limitButton.current?.focus();
  };
  const { mode } = live;
  return (
    <div className="evse-acts">
      <div className="evse-toolbar" role="toolbar" aria-label={`Acts of ${evse.name}`} {...(lock === null ? {} : { title: lock })}>
        <button type="button" className="button compact" disabled={isLocked} onClick={() => (pause === undefined ? setMode('pause') : takeBack(pause.id))}>
          {pause === undefined ? <PauseFilled size={14} /> : <PlayFilled size={14} />}
          {pause === undefined ? 'Pause' : 'Resume'}
          <span className="visually-hidden"> {evse.name}</span>
        </button>
        <button type="button" className="button compact" disabled={isLocked} title={lock ?? CHARGE_MODE_WORDS.boost.says} onClick={() => (boost === undefined ? setMode('boost') : takeBack(boost.id))}>
          <Bolt size={16} />
          <span className="wide">{boost === undefined ? 'Boost' : 'End boost'}</span>
          <span className="visually-hidden"> {evse.name}</span>
        </button>
        <button ref={limitButton} type="button" className="button compact square" disabled={isLocked} aria-expanded={isLimiting} title={lock ?? 'Limit for a while'} onClick={() => setLimiting(!isLimiting)}>
          <Gauge size={16} />
          <span className="visually-hidden">Limit {evse.name}</span>
        </button>
        <ModeMenu
          mode={mode?.mode ?? null}
          back={own.some((wish) => wish.kind === 'mode') ? `Back to what the site says for ${evse.name}` : null}
          onChoose={setMode}
          target={
            <button type="button" className="button compact quiet mode-button" disabled={isLocked} title={mode === null ? 'Mode' : modeLine(mode)}>
              <span className="visually-hidden">Mode of {evse.name}: </span>
              {mode === null ? 'Mode' : CHARGE_MODE_WORDS[mode.mode].name}
              <ChevronDown size={14} />
            </button>
          }
        />
      </div>
      {isLimiting ? (
        <LimitForm
          about={evse.name}
          startA={Math.max(evse.minCurrentA, Math.floor(live.offeredA ?? evse.minCurrentA))}
          mostA={evse.ratingA}
          stepA={evse.stepA}
          nowWallMs={view.frame.wallMs}
          names={view.names}
          isRunning={isRunning}
          onSet={(currentA, untilWallMs) => {
            void ask(() => api.setLimit({ about: evse.id, currentA, untilWallMs })).then((isDone) => {
              if (isDone) closeLimit();
            });
          }}
          onClose={closeLimit}
        />
      ) : null}
      <WishList wishes={own} names={view.names} isLocked={isLocked} onTakeBack={takeBack} />
      {mode !== null && mode.by !== 'person' && mode.by !== 'site' ? <p className="small secondary">{modeLine(mode)}</p> : null}
      {failure === null ? null : <FailurePanel failure={failure} />}
    </div>
  );
}
