import { Menu, Popover, SegmentedControl, Select } from '@mantine/core';
import { useState } from 'react';
import type { PlayMode } from '../../../core/scenarios/outcome.ts';
import { ChevronDown, Compare, Pencil, TableRows, Trash } from '../../icons/icons.tsx';
import { useBench, useBenchHandle } from '../../store/use-bench.ts';
import { controllerName, controllerShortName } from '../../words/controllers.ts';
import { MODE_WORDS } from '../../words/modes.ts';
import { deleteScenario } from './delete-scenario.ts';
import { ExportMenu } from './export-menu.tsx';
import { Library } from './library.tsx';
import type { PlayerActs } from './player-acts.ts';
import type { Chosen } from './use-chosen.ts';
import { usePlayer, usePlayerHandle } from './use-player.ts';

function ModeMenu() {
  const player = usePlayerHandle();
  const mode = usePlayer((state) => state.mode);
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <button type="button" className="mode-button" title={MODE_WORDS[mode].says}>
          {MODE_WORDS[mode].name}
          <ChevronDown size={12} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {(Object.keys(MODE_WORDS) as PlayMode[]).map((name) => (
          <Menu.Item key={name} {...(name === mode ? { 'data-autofocus': true } : {})} onClick={() => player.setState({ mode: name })}>
            <span className="bold">{MODE_WORDS[name].name}</span>
            <br />
            <span className="small secondary">{MODE_WORDS[name].says}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function ControllerChoice({ chosen }: { readonly chosen: Chosen }) {
  const player = usePlayerHandle();
  const { scenario, controller, controllers: all } = chosen;
  const choose = (name: string | null): void => {
    if (name === null || name === controller) return;
    player.setState(({ controllers, ghost }) => ({ controllers: { ...controllers, [scenario.id]: name }, isPlaying: false, ghost: ghost === name ? controller : ghost }));
  };
  if (all.length < 2) return controller === '' ? null : <span className="chip">{controllerName(controller)}</span>;
  const data = all.map((name) => ({ value: name, label: controllerShortName(name) }));
  if (all.length > 3) return <Select className="controller-select" aria-label="Controller" data={data} value={controller} onChange={choose} allowDeselect={false} />;
  return <SegmentedControl className="controller-choice" role="radiogroup" size="xs" aria-label="Controller" data={data} value={controller} onChange={choose} />;
}

/** Below 1200 px the library hangs under the title. */
function TitleDropDown({ chosen }: { readonly chosen: Chosen }) {
  const scenarios = useBench((state) => state.scenarios) ?? [];
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-start" width={340} trapFocus withinPortal={false} transitionProps={{ duration: 120 }}>
      <Popover.Target>
        <button type="button" className="button square compact library-opener" aria-label="Choose another scenario" title="Choose another scenario" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <ChevronDown size={16} />
        </button>
      </Popover.Target>
      <Popover.Dropdown className="library-drop-down">
        <Library scenarios={scenarios} chosenId={chosen.scenario.id} onChosen={() => setOpen(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}

export function ScenarioHeader({ chosen, acts }: { readonly chosen: Chosen; readonly acts: PlayerActs }) {
  const bench = useBenchHandle();
  const player = usePlayerHandle();
  const isComparing = usePlayer((state) => state.isComparing);
  const isBusy = useBench((state) => state.computing !== null);
  const leads = useBench(({ host }) => host?.leads ?? true);
  const { scenario } = chosen;
  return (
    <header className="scenario-header">
      <div className="scenario-row">
        <TitleDropDown chosen={chosen} />
        <h1 className="scenario-title" title={scenario.title}>
          {scenario.title}
        </h1>
        <span className="grow" />
        <button type="button" className={chosen.ghost === null ? 'button' : 'button pressed'} disabled={isBusy || chosen.controllers.length < 2} aria-pressed={chosen.ghost !== null} onClick={acts.compare} title="Play every controller and draw another one over this">
          <Compare />
          <span className="wide">Compare</span>
        </button>
        <button type="button" className={isComparing ? 'button pressed' : 'button'} aria-pressed={isComparing} disabled={scenario.failure !== null} onClick={() => player.setState({ isComparing: !isComparing })} title="All controllers with all their figures">
          <TableRows />
          <span className="wide">Controllers</span>
        </button>
        <button type="button" className="button" onClick={acts.edit} title={scenario.isOwn ? 'Edit this scenario' : 'Edit a copy of this scenario'}>
          <Pencil />
          <span className="wide">{scenario.isOwn ? 'Edit' : 'Edit a copy'}</span>
        </button>
        {scenario.isOwn ? (
          <button type="button" className="button square" aria-label="Delete this scenario" title="Delete this scenario; it can be undone" disabled={isBusy || !leads} onClick={() => void deleteScenario(bench, player, scenario)}>
            <Trash />
          </button>
        ) : null}
        <ExportMenu chosen={chosen} />
      </div>
      <div className="scenario-row second">
        <span className="small muted scenario-setup" title={scenario.setup}>
          {scenario.setup}
        </span>
        <span className="grow" />
        <ModeMenu />
        <ControllerChoice chosen={chosen} />
      </div>
    </header>
  );
}
