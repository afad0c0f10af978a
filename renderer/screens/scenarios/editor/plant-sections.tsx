import { HOUSE_LOAD_NAMES, PV_NAMES, SIGNAL_NAMES, WISH_NAMES } from '../../../words/scenario-kinds.ts';
import { EntryFrame } from './entry-frame.tsx';
import { FormSection, NumberField } from './fields.tsx';
import { textAt, type JsonObject, type Path } from './json-edit.ts';
import { asKind, type FieldSpec, type SiteIds } from './kind-fields.ts';
import { HOME_BATTERY_FIELDS, HOUSE_LOAD_FIELDS, OTHER_LOAD_FIELDS, PV_FIELDS, SIGNAL_FIELDS, WISH_FIELDS } from './plant-fields.ts';
import { KindEntry, SpecField, type Kinds } from './spec-field.tsx';
import { useEditor } from './use-editor.ts';
import { freeId, useEntries } from './use-entries.ts';

const HOUSE_LOADS: Kinds = { names: HOUSE_LOAD_NAMES, fields: HOUSE_LOAD_FIELDS };
const PV: Kinds = { names: PV_NAMES, fields: PV_FIELDS };
const SIGNALS: Kinds = { names: SIGNAL_NAMES, fields: SIGNAL_FIELDS };
const WISHES: Kinds = { names: WISH_NAMES, fields: WISH_FIELDS };

/** What its kind starts with, without the kind. */
export function started(fields: readonly FieldSpec[], ids: SiteIds): JsonObject {
  const { kind: _, ...entry } = asKind({}, '', fields, ids);
  return entry;
}

/** The same seed gives the same run; another one, another. */
function SeedField() {
  const { file, change } = useEditor();
  const { seed } = file;
  const next = typeof seed === 'number' ? seed + 1 : 2;
  return (
    <div className="seed">
      <NumberField label="Seed of the run" path={['seed']} hint="1" />
      <button type="button" className="button compact" onClick={() => change(['seed'], next)}>
        Another draw
      </button>
    </div>
  );
}

const RANDOM_KINDS: readonly string[] = ['household', 'cloudy'];

function KindList({ list: key, title, what, add: label, none, first, kinds, nothing }: { readonly list: string; readonly title: string; readonly what: string; readonly add: string; readonly none: string; readonly first: string; readonly kinds: Kinds; readonly nothing?: string }) {
  const { ids } = useEditor();
  const { list, add, actsOf } = useEntries([key]);
  return (
    <FormSection title={title} path={key} act={{ label, run: () => add(asKind({}, first, kinds.fields[first] ?? [], ids)) }}>
      {list.map((entry, index) => (
        <KindEntry key={index} path={[key, index]} entry={entry} title={`${what} ${index + 1}`} kinds={kinds} acts={actsOf(index)} {...(nothing === undefined ? {} : { nothing })}>
          {RANDOM_KINDS.includes(textAt(entry, ['kind'])) ? <SeedField /> : null}
        </KindEntry>
      ))}
      {list.length === 0 ? <p className="small muted">{none}</p> : null}
    </FormSection>
  );
}

function FieldList({ fields, path, nothing }: { readonly fields: readonly FieldSpec[]; readonly path: Path; readonly nothing?: string }) {
  return (
    <>
      {fields.map((spec) => (
        <SpecField key={spec.key} spec={spec} path={path} {...(nothing === undefined ? {} : { nothing })} />
      ))}
    </>
  );
}

export function OtherLoadSection() {
  const { ids } = useEditor();
  const { list, add, actsOf } = useEntries(['otherLoads']);
  return (
    <FormSection title="Other load" path="otherLoads" act={{ label: 'Add a load', run: () => add({ ...started(OTHER_LOAD_FIELDS, ids), fromS: 60 }) }}>
      {list.map((_, index) => (
        <EntryFrame key={index} title={`Load ${index + 1}`} path={`otherLoads/${index}`} acts={actsOf(index)}>
          <FieldList fields={OTHER_LOAD_FIELDS} path={['otherLoads', index]} />
        </EntryFrame>
      ))}
      {list.length === 0 ? <p className="small muted">Nothing is switched on besides the EVSEs.</p> : null}
    </FormSection>
  );
}

export const HouseSection = () => <KindList list="houseLoads" title="House" what="House load" add="Add a house load" none="The house takes nothing by itself." first="base" kinds={HOUSE_LOADS} />;

export const PvSection = () => <KindList list="pv" title="PV" what="PV" add="Add PV" none="Nothing feeds in." first="clear" kinds={PV} />;

export function BatterySection() {
  const { ids } = useEditor();
  const { list, add, actsOf } = useEntries(['homeBatteries'], (battery, file) => ({ ...battery, id: freeId(Array.isArray(file.homeBatteries) ? (file.homeBatteries as readonly unknown[]) : [], textAt(battery, ['id']) || 'battery') }));
  const id = list.length === 0 ? 'battery' : freeId(list, 'battery');
  return (
    <FormSection title="Home battery" path="homeBatteries" act={{ label: 'Add a battery', run: () => add({ ...started(HOME_BATTERY_FIELDS, ids), id }) }}>
      {list.map((battery, index) => (
        <EntryFrame key={index} title={textAt(battery, ['id']) || `Battery ${index + 1}`} path={`homeBatteries/${index}`} acts={actsOf(index)}>
          <FieldList fields={HOME_BATTERY_FIELDS} path={['homeBatteries', index]} nothing="the grid connection" />
        </EntryFrame>
      ))}
      {list.length === 0 ? <p className="small muted">There is no home battery.</p> : null}
    </FormSection>
  );
}

export const SignalSection = () => <KindList list="signals" title="Signals" what="Signal" add="Add a signal" none="No contact and no probe says anything." first="dimming" kinds={SIGNALS} />;

export const WishSection = () => <KindList list="wishes" title="Wishes of a person" what="Wish" add="Add a wish" none="Nobody asks for anything." first="mode" kinds={WISHES} nothing="all EVSEs" />;
