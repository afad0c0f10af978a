import { FormSection, NumberField, TextField } from './fields.tsx';
import { listAt, type JsonObject } from './json-edit.ts';
import { ControllerSection, FaultSection } from './list-sections.tsx';
import { BatterySection, HouseSection, OtherLoadSection, PvSection, SignalSection, WishSection } from './plant-sections.tsx';
import { BreakerSection, EvseSection } from './site-sections.tsx';
import { useEditor } from './use-editor.ts';
import { VehicleSection } from './vehicle-section.tsx';

/** Lists of the file by the names of their sections, in the order of the form. */
const LISTS = [
  ['vehicles', 'Vehicles'],
  ['otherLoads', 'Other load'],
  ['houseLoads', 'House'],
  ['pv', 'PV'],
  ['homeBatteries', 'Home battery'],
  ['signals', 'Signals'],
  ['wishes', 'Wishes'],
  ['faults', 'Faults'],
] as const;

const lengthOf = (file: JsonObject, list: string): number => listAt(file, [list]).length;

/** The parts of the form, with how many entries each has. */
export function FormParts() {
  const { file, focusOn } = useEditor();
  return (
    <nav className="form-parts" aria-label="Parts of the scenario">
      {LISTS.map(([list, title]) => (
        <button key={list} type="button" className="chip" onClick={() => focusOn(list)}>
          {title} <span className="chip-count">{lengthOf(file, list)}</span>
        </button>
      ))}
      <button type="button" className="chip" onClick={() => focusOn('controllers')}>
        What must hold
      </button>
    </nav>
  );
}

export function ScenarioForm() {
  return (
    <div className="editor-form">
      <FormSection title="Scenario">
        <div className="form-fields">
          <TextField label="Title" path={['title']} isWide />
          <TextField label="What it shows" path={['about']} isWide />
          <TextField label="Id" path={['id']} isWide />
          <TextField label="Group" path={['group']} />
          <NumberField label="Lasts" unit="s" path={['durationS']} />
          <NumberField label="Begins at" unit="h of day" path={['startHour']} hint="0" />
          <NumberField label="Seed" path={['seed']} hint="1" />
        </div>
      </FormSection>
      <BreakerSection />
      <EvseSection />
      <VehicleSection />
      <OtherLoadSection />
      <HouseSection />
      <PvSection />
      <BatterySection />
      <SignalSection />
      <WishSection />
      <FaultSection />
      <ControllerSection />
    </div>
  );
}
