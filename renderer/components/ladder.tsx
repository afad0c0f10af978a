import type { Setpoint } from '../../core/balancing/setpoint.ts';
import { setpointCurrent } from '../words/numbers.ts';
import type { Names } from '../words/names.ts';
import { isBinding, reasonLabel } from '../words/reasons.ts';
import { Value } from './value.tsx';

/** Every ceiling that was considered, lowest first; the binding one in bold ink. */
export function Ladder({ setpoint, names }: { readonly setpoint: Setpoint; readonly names: Names }) {
  const topA = Math.max(1, ...setpoint.limits.map(({ currentA }) => currentA));
  const stepA = names.stepA(setpoint.evseId);
  const binding = setpoint.limits.findIndex((ceiling) => isBinding(ceiling, setpoint));
  return (
    <table className="ladder">
      <caption className="visually-hidden">Ceilings of {names.evse(setpoint.evseId)}, lowest first</caption>
      <tbody>
        {setpoint.limits.map((ceiling, index) => (
          <tr key={`${ceiling.reason.kind} ${index}`} className={index === binding ? 'binding' : ''}>
            <th scope="row">
              {reasonLabel(ceiling.reason, names)}
              {index === binding ? <span className="visually-hidden">, the binding one</span> : null}
            </th>
            <td className="ladder-bar">
              <i style={{ width: `${Math.max(0, Math.min(1, ceiling.currentA / topA)) * 100}%` }} />
            </td>
            <td className="right">
              <Value quantity={setpointCurrent(ceiling.currentA, Number.isInteger(ceiling.currentA / stepA) ? stepA : 0.1)} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
