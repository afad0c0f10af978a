import type { HandBackPreview } from '../../core/host-api/contract.ts';
import { Value } from '../components/value.tsx';
import { StateIcon } from '../icons/state-icon.tsx';
import { useBench } from '../store/use-bench.ts';
import { handBackReason } from '../words/answers.ts';
import { limit, setpointCurrent } from '../words/numbers.ts';

/** What each device then does by itself, and the sum of that on every circuit. */
export function HandBackTables({ preview }: { readonly preview: HandBackPreview }) {
  const evses = useBench(({ host }) => host?.site?.evses);
  const stepOf = (id: string): number => evses?.find((evse) => evse.id === id)?.stepA ?? 1;
  return (
    <>
      <table className="sums">
        <thead>
          <tr>
            <th scope="col">EVSE</th>
            <th scope="col" className="right">
              Now
            </th>
            <th scope="col" className="right">
              Then
            </th>
          </tr>
        </thead>
        <tbody>
          {preview.evses.map((evse) => (
            <tr key={evse.evseId}>
              <td>
                <div className="bold">{evse.name}</div>
                <div className="small secondary">{handBackReason(evse.why)}</div>
              </td>
              <td className="right">
                <Value quantity={setpointCurrent(evse.nowA, stepOf(evse.evseId))} />
              </td>
              <td className="right bold">
                <Value quantity={setpointCurrent(evse.thenA, stepOf(evse.evseId))} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <table className="sums">
        <thead>
          <tr>
            <th scope="col">Circuit</th>
            <th scope="col" className="right">
              Sum then
            </th>
            <th scope="col" className="right">
              Limit
            </th>
            <th scope="col">
              <span className="visually-hidden">Fits</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {preview.circuits.map((circuit) => (
            <tr key={circuit.circuitId}>
              <td className="bold">{circuit.name}</td>
              <td className="right">
                <Value quantity={limit(circuit.sumA)} />
              </td>
              <td className="right">
                <Value quantity={limit(circuit.limitA)} />
              </td>
              <td>
                <span className={circuit.fits ? 'badge badge-good' : 'badge badge-danger'}>
                  <StateIcon state={circuit.fits ? 'good' : 'danger'} size={14} />
                  {circuit.fits ? 'fits' : 'does not fit'}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
