import { EntryFrame } from './entry-frame.tsx';
import { FormSection } from './fields.tsx';
import { isObject, textAt, valueAt, type JsonObject, type Path } from './json-edit.ts';
import { HABIT_FIELDS, VEHICLE_BATTERY_FIELDS, VEHICLE_FIELDS } from './plant-fields.ts';
import { started } from './plant-sections.tsx';
import { SpecField } from './spec-field.tsx';
import { failurePath, useEditor } from './use-editor.ts';
import { freeId, useEntries } from './use-entries.ts';

/** A minute between two vehicles at one outlet. */
const CHANGE_S = 60;

/** On an EVSE that nobody uses, else after the original has left. */
function anotherVehicle(vehicle: JsonObject, vehicles: readonly unknown[], evses: readonly string[]): JsonObject {
  const id = freeId(vehicles, textAt(vehicle, ['id']) || 'vehicle');
  const used = new Set(vehicles.map((other) => valueAt(other, ['evse'])));
  const free = evses.find((evse) => !used.has(evse));
  if (free !== undefined) return { ...vehicle, id, evse: free };
  const { plugInS, unplugS } = vehicle;
  if (typeof plugInS !== 'number' || typeof unplugS !== 'number') return { ...vehicle, id };
  return { ...vehicle, id, plugInS: unplugS + CHANGE_S, unplugS: 2 * unplugS - plugInS + CHANGE_S };
}

function Habits({ vehicle, path }: { readonly vehicle: unknown; readonly path: Path }) {
  const { change, failure, ids } = useEditor();
  const battery = valueAt(vehicle, ['battery']);
  const keys = [...HABIT_FIELDS.map(({ key }) => key), 'battery'];
  const count = keys.filter((key) => valueAt(vehicle, [key]) !== undefined).length;
  const wrong = failurePath(failure);
  const isWrong = keys.some((key) => wrong === `${path.join('/')}/${key}` || wrong?.startsWith(`${path.join('/')}/${key}/`) === true);
  return (
    <details className="habits" open={isWrong || count > 0 ? true : undefined}>
      <summary>{count === 0 ? 'Habits and battery: none told' : `Habits and battery: ${count} told`}</summary>
      <div className="form-fields">
        {HABIT_FIELDS.map((spec) => (
          <SpecField key={spec.key} spec={spec} path={path} />
        ))}
      </div>
      {isObject(battery) ? (
        <div className="form-fields vehicle-battery" role="group" aria-label="Battery of the vehicle">
          {VEHICLE_BATTERY_FIELDS.map((spec) => (
            <SpecField key={spec.key} spec={spec} path={[...path, 'battery']} />
          ))}
          <button type="button" className="button compact" onClick={() => change([...path, 'battery'], undefined)}>
            Without its battery
          </button>
        </div>
      ) : (
        <button type="button" className="button compact" onClick={() => change([...path, 'battery'], started(VEHICLE_BATTERY_FIELDS, ids))}>
          Tell its battery
        </button>
      )}
    </details>
  );
}

export function VehicleSection() {
  const { ids } = useEditor();
  const { list, add, actsOf } = useEntries(['vehicles'], (vehicle, { vehicles }) => anotherVehicle(vehicle, Array.isArray(vehicles) ? (vehicles as readonly unknown[]) : [], ids.evses));
  const addVehicle = (): void => {
    const used = new Set(list.map((vehicle) => valueAt(vehicle, ['evse'])));
    let count = list.length + 1;
    while (list.some((vehicle) => textAt(vehicle, ['id']) === `vehicle-${count}`)) count += 1;
    add({ id: `vehicle-${count}`, evse: ids.evses.find((id) => !used.has(id)) ?? ids.evses[0] ?? '', plugInS: 60 });
  };
  return (
    <FormSection title="Vehicles" path="vehicles" act={{ label: 'Add a vehicle', run: addVehicle }}>
      {list.map((vehicle, index) => {
        const path = ['vehicles', index] as const;
        return (
          <EntryFrame key={index} title={textAt(vehicle, ['id']) || `Vehicle ${index + 1}`} path={path.join('/')} acts={actsOf(index)}>
            {VEHICLE_FIELDS.map((spec) => (
              <SpecField key={spec.key} spec={spec} path={path} />
            ))}
            <Habits vehicle={vehicle} path={path} />
          </EntryFrame>
        );
      })}
      {list.length === 0 ? <p className="small muted">No vehicle comes.</p> : null}
    </FormSection>
  );
}
