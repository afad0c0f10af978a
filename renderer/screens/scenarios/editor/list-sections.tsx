import { EXPECTATION_NAMES, FAULT_NAMES, type ExpectationKind, type FaultKind } from '../../../words/scenario-kinds.ts';
import { controllerName } from '../../../words/controllers.ts';
import { useBench } from '../../../store/use-bench.ts';
import { EntryFrame } from './entry-frame.tsx';
import { FormSection } from './fields.tsx';
import { isObject, listAt, type JsonObject } from './json-edit.ts';
import { asKind, EXPECTATION_FIELDS, FAULT_FIELDS } from './kind-fields.ts';
import { KindEntry, type Kinds } from './spec-field.tsx';
import { useEditor } from './use-editor.ts';
import { useEntries } from './use-entries.ts';

const FAULTS: Kinds = { names: FAULT_NAMES, fields: FAULT_FIELDS };
const EXPECTATIONS: Kinds = { names: EXPECTATION_NAMES, fields: EXPECTATION_FIELDS };

export function FaultSection() {
  const { ids } = useEditor();
  const { list, add, actsOf } = useEntries(['faults']);
  const first: FaultKind = ids.meters.length > 0 ? 'meter-silent' : 'silent';
  return (
    <FormSection title="Faults" path="faults" act={{ label: 'Add a fault', run: () => add({ ...asKind({}, first, FAULT_FIELDS[first], ids), fromS: 60 }) }}>
      {list.map((fault, index) => (
        <KindEntry key={index} path={['faults', index]} entry={fault} title={`Fault ${index + 1}`} kinds={FAULTS} acts={actsOf(index)} />
      ))}
      {list.length === 0 ? <p className="small muted">Nothing goes wrong.</p> : null}
    </FormSection>
  );
}

function Controller({ name, setup, isOnly }: { readonly name: string; readonly setup: unknown; readonly isOnly: boolean }) {
  const { change, ids } = useEditor();
  const path = ['controllers', name] as const;
  const { add, actsOf } = useEntries([...path, 'expect']);
  const kind: ExpectationKind = 'never-trips';
  const expectations = listAt(setup, ['expect']);
  return (
    <EntryFrame title={controllerName(name)} path={path.join('/')} alsoAt={[`${path.join('/')}/expect`]} {...(isOnly ? {} : { acts: { remove: () => change(path, undefined) } })}>
      <div className="form-inner" data-section={`${path.join('/')}/expect`}>
        {expectations.map((entry, index) => (
          <KindEntry key={index} path={[...path, 'expect', index]} entry={entry} title={`Expectation ${index + 1}`} kinds={EXPECTATIONS} acts={actsOf(index)} />
        ))}
        <button type="button" className="button compact" data-add onClick={() => add(asKind({}, kind, EXPECTATION_FIELDS[kind], ids))}>
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
