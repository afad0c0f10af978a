import { EXPECTATION_NAMES, FAULT_NAMES, type ExpectationKind, type FaultKind } from '../../../words/scenario-kinds.ts';
import { controllerName } from '../../../words/controllers.ts';
import { useBench } from '../../../store/use-bench.ts';
import { ChoiceField, EntryFrame, FormSection, NumberField, TextField, type Choice } from './fields.tsx';
import { isObject, listAt, textAt, valueAt, withAppended, type JsonObject, type Path } from './json-edit.ts';
import { asKind, EXPECTATION_FIELDS, FAULT_FIELDS, type FieldSpec } from './kind-fields.ts';
import { useEditor } from './use-editor.ts';

/** Ids of the site with the names that a person knows. */
function useSiteChoices(): Readonly<Record<'evse' | 'meter' | 'device' | 'circuit', readonly Choice[]>> {
  const { check } = useEditor();
  const named = (things: readonly { readonly id: string; readonly name: string }[]): readonly Choice[] => things.map(({ id, name }) => [id, name]);
  const evse = named(check?.site.evses ?? []);
  const meter = named(check?.site.meters ?? []);
  return { evse, meter, device: [...meter, ...evse], circuit: named(check?.site.circuits ?? []) };
}

export function VehicleSection() {
  const { file, change, replace, ids } = useEditor();
  const choices = useSiteChoices();
  const vehicles = listAt(file, ['vehicles']);
  const add = (): void => {
    const taken = new Set(vehicles.map((vehicle) => valueAt(vehicle, ['id'])));
    const used = new Set(vehicles.map((vehicle) => valueAt(vehicle, ['evse'])));
    let count = vehicles.length + 1;
    while (taken.has(`vehicle-${count}`)) count += 1;
    replace(withAppended(file, ['vehicles'], { id: `vehicle-${count}`, evse: ids.evses.find((id) => !used.has(id)) ?? ids.evses[0] ?? '', plugInS: 60 }));
  };
  return (
    <FormSection title="Vehicles" path="vehicles" act={{ label: 'Add a vehicle', run: add }}>
      {vehicles.map((vehicle, index) => {
        const path = ['vehicles', index] as const;
        return (
          <EntryFrame key={index} title={textAt(vehicle, ['id']) || `Vehicle ${index + 1}`} path={path.join('/')} onRemove={() => change(path, undefined)}>
            <ChoiceField label="EVSE" path={[...path, 'evse']} choices={choices.evse} />
            <NumberField label="Plugs in at" unit="s" path={[...path, 'plugInS']} />
            <NumberField label="Leaves at" unit="s" hint="never" path={[...path, 'unplugS']} />
            <NumberField label="Takes at most" unit="A" hint="48" path={[...path, 'maxCurrentA']} />
            <NumberField label="Needs" unit="Wh" hint="no end" path={[...path, 'requestedWh']} />
          </EntryFrame>
        );
      })}
      {vehicles.length === 0 ? <p className="small muted">No vehicle comes.</p> : null}
    </FormSection>
  );
}

export function LoadSection() {
  const { file, change, replace, ids } = useEditor();
  const choices = useSiteChoices();
  const loads = listAt(file, ['otherLoads']);
  const add = (): void => replace(withAppended(file, ['otherLoads'], { circuit: ids.circuits[0] ?? '', powerW: 2400, fromS: 60 }));
  return (
    <FormSection title="Other load" path="otherLoads" act={{ label: 'Add a load', run: add }}>
      {loads.map((_, index) => {
        const path = ['otherLoads', index] as const;
        return (
          <EntryFrame key={index} title={`Load ${index + 1}`} path={path.join('/')} onRemove={() => change(path, undefined)}>
            <ChoiceField label="Circuit" path={[...path, 'circuit']} choices={choices.circuit} />
            <NumberField label="Power" unit="W" path={[...path, 'powerW']} />
            <NumberField label="From" unit="s" hint="0" path={[...path, 'fromS']} />
            <NumberField label="Until" unit="s" hint="the end" path={[...path, 'untilS']} />
          </EntryFrame>
        );
      })}
      {loads.length === 0 ? <p className="small muted">Nothing runs besides the EVSEs.</p> : null}
    </FormSection>
  );
}

function SpecField({ spec, path }: { readonly spec: FieldSpec; readonly path: Path }) {
  const choices = useSiteChoices();
  const own = [...path, spec.key];
  if (spec.type === 'number') return <NumberField label={spec.label} unit={spec.unit} path={own} />;
  if (spec.type === 'text') return <TextField label={spec.label} path={own} />;
  const nothing = spec.isRequired === true ? {} : { nothing: spec.type === 'choice' ? 'as usual' : spec.type === 'circuit' ? 'the worst' : 'all together' };
  return <ChoiceField label={spec.label} path={own} choices={spec.type === 'choice' ? spec.choices : choices[spec.type]} {...nothing} />;
}

interface Kinds {
  readonly names: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, readonly FieldSpec[]>>;
}

const FAULTS: Kinds = { names: FAULT_NAMES, fields: FAULT_FIELDS };
const EXPECTATIONS: Kinds = { names: EXPECTATION_NAMES, fields: EXPECTATION_FIELDS };

/** A fault or an expectation: its kind decides what else it is told. */
function KindEntry({ path, entry, index, what, kinds }: { readonly path: Path; readonly entry: unknown; readonly index: number; readonly what: string; readonly kinds: Kinds }) {
  const { change, ids } = useEditor();
  const kind = textAt(entry, ['kind']);
  const fields = kinds.fields[kind] ?? [];
  const setKind = (next: unknown): void => change(path, asKind(isObject(entry) ? entry : {}, String(next), kinds.fields[String(next)] ?? [], ids));
  return (
    <EntryFrame title={`${what} ${index + 1}`} path={path.join('/')} onRemove={() => change(path, undefined)}>
      <ChoiceField label="Kind" path={[...path, 'kind']} choices={Object.entries(kinds.names)} onValue={setKind} />
      {fields.map((spec) => (
        <SpecField key={spec.key} spec={spec} path={path} />
      ))}
    </EntryFrame>
  );
}

export function FaultSection() {
  const { file, replace, ids } = useEditor();
  const faults = listAt(file, ['faults']);
  const first: FaultKind = ids.meters.length > 0 ? 'meter-silent' : 'silent';
  const add = (): void => replace(withAppended(file, ['faults'], { ...asKind({}, first, FAULT_FIELDS[first], ids), fromS: 60 }));
  return (
    <FormSection title="Faults" path="faults" act={{ label: 'Add a fault', run: add }}>
      {faults.map((fault, index) => (
        <KindEntry key={index} path={['faults', index]} entry={fault} index={index} what="Fault" kinds={FAULTS} />
      ))}
      {faults.length === 0 ? <p className="small muted">Nothing goes wrong.</p> : null}
    </FormSection>
  );
}

function Controller({ name, setup, isOnly }: { readonly name: string; readonly setup: unknown; readonly isOnly: boolean }) {
  const { change, replace, file, ids } = useEditor();
  const path = ['controllers', name] as const;
  const kind: ExpectationKind = 'never-trips';
  const add = (): void => replace(withAppended(file, [...path, 'expect'], asKind({}, kind, EXPECTATION_FIELDS[kind], ids)));
  const expectations = listAt(setup, ['expect']);
  return (
    <EntryFrame title={controllerName(name)} path={path.join('/')} alsoAt={[`${path.join('/')}/expect`]} {...(isOnly ? {} : { onRemove: () => change(path, undefined) })}>
      <div className="form-inner">
        {expectations.map((entry, index) => (
          <KindEntry key={index} path={[...path, 'expect', index]} entry={entry} index={index} what="Expectation" kinds={EXPECTATIONS} />
        ))}
        <button type="button" className="button compact" onClick={add}>
          {expectations.length === 0 ? 'State what must hold' : 'State more'}
        </button>
      </div>
    </EntryFrame>
  );
}

export function ControllerSection() {
  const { file, change } = useEditor();
  const known = useBench((state) => state.controllers);
  const controllers: JsonObject = isObject(file.controllers) ? file.controllers : {};
  const names = Object.keys(controllers);
  const missing = known.filter((name) => !names.includes(name));
  return (
    <FormSection title="Controllers and what must hold" path="controllers">
      {names.map((name) => (
        <Controller key={name} name={name} setup={controllers[name]} isOnly={names.length === 1} />
      ))}
      {missing.length === 0 ? null : (
        <label className="field add-controller">
          <span className="field-label">Add a controller</span>
          <span className="field-control">
            <select value="" onChange={({ currentTarget }) => change(['controllers', currentTarget.value], { expect: [] })}>
              <option value="">choose</option>
              {missing.map((name) => (
                <option key={name} value={name}>
                  {controllerName(name)}
                </option>
              ))}
            </select>
          </span>
        </label>
      )}
    </FormSection>
  );
}
