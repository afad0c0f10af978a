import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useBench } from '../store/use-bench.ts';
import { SCREENS, useViewHandle, type ScreenName } from '../store/view-store.ts';
import { usePlayerHandle } from '../screens/scenarios/use-player.ts';
import { SCREEN_WORDS } from '../words/screens.ts';

interface Found {
  readonly key: string;
  readonly title: string;
  readonly kind: string;
  readonly screen: ScreenName;
  readonly scenarioId?: string;
}

/** Screens, scenarios, devices and settings by any part of their name. */
function useFound(text: string): readonly Found[] {
  const scenarios = useBench((state) => state.scenarios);
  const devices = useBench(({ host }) => host?.devices);
  const all: Found[] = [
    ...SCREENS.map((screen) => ({ key: screen, title: SCREEN_WORDS[screen].title, kind: 'Screen', screen })),
    ...(scenarios ?? []).map(({ id, title }) => ({ key: `scenario ${id}`, title, kind: 'Scenario', screen: 'scenarios' as const, scenarioId: id })),
    ...(devices ?? []).map(({ deviceId, name }) => ({ key: `device ${deviceId}`, title: name, kind: 'Device', screen: 'devices' as const })),
    ...['Appearance', 'Letter keys', 'About'].map((title) => ({ key: `setting ${title}`, title, kind: 'Setting', screen: 'settings' as const })),
  ];
  const wanted = text.trim().toLowerCase();
  return all.filter(({ title, kind }) => `${title} ${kind}`.toLowerCase().includes(wanted)).slice(0, 40);
}

export function FindPalette() {
  const view = useViewHandle();
  const player = usePlayerHandle();
  const [text, setText] = useState('');
  const [index, setIndex] = useState(0);
  const found = useFound(text);
  const chosen = Math.min(index, Math.max(0, found.length - 1));
  const go = (one: Found | undefined): void => {
    if (one === undefined) return;
    if (one.scenarioId !== undefined) player.setState({ scenarioId: one.scenarioId, isPlaying: false });
    view.closeSheet();
    view.show(one.screen);
  };
  return (
    <>
      <TextInput
        data-autofocus
        aria-label="Find screens, scenarios, devices, settings"
        placeholder="Find screens, scenarios, devices, settings"
        value={text}
        role="combobox"
        aria-expanded="true"
        aria-controls="find-list"
        aria-activedescendant={`find-${chosen}`}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setIndex(0);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') go(found[chosen]);
          else if (event.key === 'ArrowDown') setIndex(Math.min(chosen + 1, found.length - 1));
          else if (event.key === 'ArrowUp') setIndex(Math.max(chosen - 1, 0));
          else return;
          event.preventDefault();
        }}
      />
      <div className="find-list" id="find-list" role="listbox" aria-label="Found">
        {found.map((one, place) => (
          <button key={one.key} id={`find-${place}`} type="button" role="option" aria-selected={place === chosen} tabIndex={-1} onClick={() => go(one)}>
            <span className="grow">{one.title}</span>
            <span className="small secondary">{one.kind}</span>
          </button>
        ))}
        {found.length === 0 ? <p className="muted">Nothing has this in its name.</p> : null}
      </div>
    </>
  );
}
