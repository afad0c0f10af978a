import { SegmentedControl, Switch, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { useBench } from '../../store/use-bench.ts';
import { useView, useViewHandle } from '../../store/view-store.ts';
import { hostDelayLine, hostMemoryLine } from '../../words/hosts.ts';

const SCHEMES: readonly { readonly value: MantineColorScheme; readonly label: string }[] = [
  { value: 'auto', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

function Appearance() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <section className="panel" aria-labelledby="appearance-title">
      <h2 id="appearance-title">Appearance</h2>
      <SegmentedControl
        role="radiogroup"
        aria-label="Appearance"
        data={[...SCHEMES]}
        value={colorScheme}
        onChange={(value) => {
          const chosen = SCHEMES.find((scheme) => scheme.value === value);
          if (chosen !== undefined) setColorScheme(chosen.value);
        }}
      />
    </section>
  );
}

function Keys() {
  const view = useViewHandle();
  const hasLetters = useView((state) => state.hasLetterKeys);
  return (
    <section className="panel" aria-labelledby="keys-title">
      <h2 id="keys-title">Keys</h2>
      <Switch
        size="sm"
        label="Letter keys"
        description="Single letters act outside text fields, such as W for the worst moment."
        checked={hasLetters}
        onChange={(event) => view.setState({ hasLetterKeys: event.currentTarget.checked })}
      />
    </section>
  );
}

function About() {
  const host = useBench((state) => state.host);
  return (
    <section className="panel" aria-labelledby="about-title">
      <h2 id="about-title">About</h2>
      <dl>
        <dt>Version</dt>
        <dd>{host?.version ?? 'no value'}</dd>
        <dt>Host</dt>
        <dd>{host === null ? 'no value' : `${host.host === 'web' ? 'Web host' : 'Electron'}, ${hostMemoryLine(host)}, ${hostDelayLine(host)}`}</dd>
        <dt>Project</dt>
        <dd>{host?.project?.folder ?? 'none open'}</dd>
      </dl>
    </section>
  );
}

export function SettingsScreen() {
  return (
    <div className="settings" data-column tabIndex={-1}>
      <h1>Settings</h1>
      <Appearance />
      <Keys />
      <p className="secondary">Links, folders, language and units will stand here too. Until then the host takes them from its command line.</p>
      <About />
    </div>
  );
}
