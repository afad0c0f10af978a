import { NumberInput } from '@mantine/core';
import { useState } from 'react';
import type { Failure } from '../../../core/errors.ts';
import type { Result } from '../../../core/errors.ts';
import { FailurePanel } from '../../components/failure-panel.tsx';
import { StateIcon } from '../../icons/state-icon.tsx';
import { VehiclePlug } from '../../icons/icons.tsx';
import { useBench, useBenchHandle } from '../../store/use-bench.ts';
import { asText, settingPower } from '../../words/numbers.ts';
import type { EvseLive, LiveView } from './live-view.ts';

function Vehicle({ live, isLocked, onPlug }: { readonly live: EvseLive; readonly isLocked: boolean; readonly onPlug: (isPluggedIn: boolean) => void }) {
  const isIn = live.report?.isVehicleConnected ?? false;
  return (
    <li>
      <StateIcon state={isIn ? 'good' : 'open'} />
      <span className="grow">
        {live.evse.name}: {isIn ? 'vehicle plugged in' : 'no vehicle'}
      </span>
      <button type="button" className="button compact" disabled={isLocked} onClick={() => onPlug(!isIn)}>
        <VehiclePlug size={16} />
        {isIn ? 'Unplug' : 'Plug in'}
        <span className="visually-hidden"> {live.evse.name}</span>
      </button>
    </li>
  );
}

const MOST_W = 100_000;

function OtherLoad({ view, isLocked, onSet }: { readonly view: LiveView; readonly isLocked: boolean; readonly onSet: (circuitId: LiveView['site']['circuits'][number]['id'], powerW: number) => void }) {
  const [powerW, setPowerW] = useState(0);
  const [wantedId, setWantedId] = useState<string | null>(null);
  const { circuits } = view.site;
  const circuit = circuits.find(({ id }) => id === wantedId) ?? circuits[0];
  if (circuit === undefined) return null;
  return (
    <div className="other-load">
      {circuits.length > 1 ? (
        <select aria-label="Circuit of the other load" value={circuit.id} onChange={(event) => setWantedId(event.currentTarget.value)}>
          {circuits.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      ) : null}
      <NumberInput
        label={`Other load on ${view.names.circuit(circuit.id)}`}
        suffix=" W"
        min={0}
        max={MOST_W}
        step={200}
        clampBehavior="strict"
        allowDecimal={false}
        allowNegative={false}
        value={powerW}
        onChange={(value) => setPowerW(Number(value) || 0)}
      />
      <button type="button" className="button compact" disabled={isLocked} onClick={() => onSet(circuit.id, powerW)}>
        Set {asText(settingPower(powerW))}
      </button>
    </div>
  );
}

/** What only a simulated site has: vehicles that come and go and other load, by hand. */
export function SimulatedPanel({ view }: { readonly view: LiveView }) {
  const { api } = useBenchHandle().connection;
  const isLocked = useBench(({ host, connection }) => host?.leads !== true || !connection.isConnected);
  const [failure, setFailure] = useState<Failure | null>(null);
  const ask = async (answer: Promise<Result<null>>): Promise<void> => {
    const result = await answer;
    setFailure(result.ok ? null : result.error);
  };
  return (
    <section className="panel simulated" aria-labelledby="simulated-title">
      <h2 id="simulated-title">Simulated vehicles and load</h2>
      <ul>
        {view.evses.map((live) => (
          <Vehicle key={live.evse.id} live={live} isLocked={isLocked} onPlug={(isPluggedIn) => void ask(api.setSimulatedVehicle({ evseId: live.evse.id, isPluggedIn }))} />
        ))}
      </ul>
      <OtherLoad view={view} isLocked={isLocked} onSet={(circuitId, powerW) => void ask(api.setSimulatedLoad({ circuitId, powerW }))} />
      {failure === null ? null : <FailurePanel failure={failure} />}
    </section>
  );
}
