import { NumberInput, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { HeldSignal, HostState, Signal } from '../../../core/host-api/contract.ts';
import type { PhaseIndex } from '../../../core/quantities.ts';
import { FailurePanel } from '../../components/failure-panel.tsx';
import { Sentence } from '../../components/sentence.tsx';
import { useAsk } from '../../store/use-ask.ts';
import { useBench, useBenchHandle } from '../../store/use-bench.ts';
import { phaseLabel } from '../../words/names.ts';
import { signalLine, signalName, SIGNALS_SAY } from '../../words/signals.ts';
import type { LiveView } from './live-view.ts';

interface SignalProps {
  readonly held: HeldSignal;
  readonly view: LiveView;
  readonly isLocked: boolean;
  readonly onSet: (signal: Signal) => void;
}

function phasesOf({ site: { supply } }: LiveView): readonly PhaseIndex[] {
  if (supply.kind === 'single-phase') return [0];
  return supply.kind === 'split-phase' ? [0, 1] : [0, 1, 2];
}

/** A state that is one of two, or not told. */
function Choice({ name, value, choices, isLocked, onChoose }: { readonly name: string; readonly value: string; readonly choices: readonly (readonly [string, string])[]; readonly isLocked: boolean; readonly onChoose: (value: string) => void }) {
  return (
    <SegmentedControl
      role="radiogroup"
      aria-label={name}
      size="xs"
      disabled={isLocked}
      data={[...choices.map(([key, label]) => ({ value: key, label })), { value: 'untold', label: 'Not told' }]}
      value={value}
      onChange={onChoose}
    />
  );
}

/** Figures with a unit, set together by one button; nothing is told while they are typed. */
function Figures({ name, labels, unit, known, isLocked, onSet }: { readonly name: string; readonly labels: readonly string[]; readonly unit: string; readonly known: readonly number[] | null; readonly isLocked: boolean; readonly onSet: (values: readonly number[] | null) => void }) {
  const [values, setValues] = useState<readonly number[]>(known ?? labels.map(() => 0));
  return (
    <form
      className="signal-figures"
      onSubmit={(event) => {
        event.preventDefault();
        onSet(values);
      }}
    >
      {labels.map((label, index) => (
        <NumberInput
          key={label}
          size="xs"
          aria-label={`${name}${labels.length > 1 ? `, ${label}` : ''}, ${unit}`}
          prefix={labels.length > 1 ? `${label} ` : ''}
          suffix={` ${unit}`}
          value={values[index] ?? 0}
          hideControls
          onChange={(value) => setValues(values.map((each, at) => (at === index ? Number(value) || 0 : each)))}
        />
      ))}
      <button type="submit" className="button compact" disabled={isLocked}>
        Set<span className="visually-hidden"> {name}</span>
      </button>
      {known === null ? null : (
        <button type="button" className="button compact quiet" disabled={isLocked} onClick={() => onSet(null)}>
          Not told<span className="visually-hidden"> any more: {name}</span>
        </button>
      )}
    </form>
  );
}

function SignalControl({ held, view, isLocked, onSet }: SignalProps) {
  const { signal } = held;
  const name = signalName(signal, view.names);
  switch (signal.kind) {
    case 'grid-relay':
      return (
        <Choice
          name={name}
          isLocked={isLocked}
          value={signal.gridRelay ?? 'untold'}
          choices={[['closed', 'Closed'], ['open', 'Open']]}
          onChoose={(value) => onSet({ kind: 'grid-relay', gridRelay: value === 'open' || value === 'closed' ? value : null })}
        />
      );
    case 'dimming':
      return (
        <Choice
          name={name}
          isLocked={isLocked}
          value={signal.isDimmed === null ? 'untold' : String(signal.isDimmed)}
          choices={[['false', 'Not dimmed'], ['true', 'Dimmed']]}
          onChoose={(value) => onSet({ kind: 'dimming', isDimmed: value === 'untold' ? null : value === 'true' })}
        />
      );
    case 'battery': {
      const phases = phasesOf(view);
      return (
        <Figures
          name={name}
          isLocked={isLocked}
          labels={phases.map(phaseLabel)}
          unit="A"
          known={signal.currentA === null ? null : [...signal.currentA]}
          onSet={(values) => onSet({ kind: 'battery', currentA: values === null ? null : [values[0] ?? 0, values[1] ?? 0, values[2] ?? 0] })}
        />
      );
    }
    case 'pv':
      return <Figures name={name} isLocked={isLocked} labels={['Power']} unit="W" known={signal.powerW === null ? null : [signal.powerW]} onSet={(values) => onSet({ kind: 'pv', powerW: values?.[0] ?? null })} />;
    case 'temperature':
      return (
        <Figures
          name={name}
          isLocked={isLocked}
          labels={['Temperature']}
          unit="°C"
          known={signal.temperatureC === null ? null : [signal.temperatureC]}
          onSet={(values) => onSet({ ...signal, temperatureC: values?.[0] ?? null })}
        />
      );
  }
}

/** Signals that the settings of the site use, by hand until something feeds them. */
export function SignalsPanel({ host, view }: { readonly host: HostState; readonly view: LiveView }) {
  const { api } = useBenchHandle().connection;
  const isConnected = useBench(({ connection }) => connection.isConnected);
  const { ask, failure } = useAsk();
  if (host.signals.length === 0) return null;
  return (
    <section className="panel signals" aria-labelledby="signals-title">
      <h2 id="signals-title">Signals</h2>
      <p className="small secondary">{host.source === 'simulated' ? SIGNALS_SAY.simulated : SIGNALS_SAY.hardware}</p>
      <ul>
        {host.signals.map((held) => (
          <li key={held.id}>
            <div className="signal-name">
              <span className="bold">{signalName(held.signal, view.names)}</span>
              <span className="small secondary">
                <Sentence text={signalLine(held, phasesOf(view), view.names)} />
              </span>
            </div>
            <SignalControl held={held} view={view} isLocked={!host.leads || !isConnected} onSet={(signal) => void ask(() => api.setSignal(signal))} />
          </li>
        ))}
      </ul>
      {failure === null ? null : <FailurePanel failure={failure} />}
    </section>
  );
}
