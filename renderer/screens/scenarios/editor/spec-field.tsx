import { useId, useState } from 'react';
import type { PhaseIndex } from '../../../../core/quantities.ts';
import type { Site } from '../../../../core/site/site.ts';
import { listOf, phaseLabel } from '../../../words/names.ts';
import { EntryFrame } from './entry-frame.tsx';
import { ChoiceField, FieldFrame, NumberField, textOf, TextField, useField, type Choice, type FieldProps } from './fields.tsx';
import { isObject, textAt, type Path } from './json-edit.ts';
import { asKind, withoutStarts, type FieldSpec } from './kind-fields.ts';
import { ColumnField, RecordingField } from './recording-field.tsx';
import type { EntryActs } from './use-entries.ts';
import { useEditor } from './use-editor.ts';

/** Ids of the site with the names that a person knows. */
function useSiteChoices(): Readonly<Record<'evse' | 'meter' | 'device' | 'circuit', readonly Choice[]>> {
  const { check } = useEditor();
  const named = (things: readonly { readonly id: string; readonly name: string }[]): readonly Choice[] => things.map(({ id, name }) => [id, name]);
  const evse = named(check?.site.evses ?? []);
  const meter = named(check?.site.meters ?? []);
  return { evse, meter, device: [...meter, ...evse], circuit: named(check?.site.circuits ?? []) };
}

const NUMBERS = /^\s*-?\d+(\.\d+)?(\s*[,;\s]\s*-?\d+(\.\d+)?)*\s*[,;]?\s*$/;

/** "60, 600" for [60, 600]; what are no figures goes into the file as it is, where the host refuses it by name. */
function NumbersField(props: FieldProps & { readonly unit: string }) {
  const { key, value, error, write } = useField(props);
  const [typed, setTyped] = useState<string | null>(null);
  const errorId = useId();
  const shown = Array.isArray(value) ? (value as readonly unknown[]).map(textOf).join(', ') : textOf(value);
  return (
    <FieldFrame label={props.label} unit={props.unit} error={error} errorId={errorId} isWide>
      <input
        type="text"
        data-path={key}
        value={typed ?? shown}
        placeholder="60, 600"
        aria-invalid={error !== null}
        aria-describedby={error === null ? undefined : errorId}
        onChange={({ currentTarget: { value: text } }) => {
          setTyped(text);
          write(NUMBERS.test(text) ? text.split(/[,;\s]+/).filter((part) => part !== '').map(Number) : text.trim() === '' ? [] : text, 'typed');
        }}
        onBlur={() => setTyped(null)}
      />
    </FieldFrame>
  );
}

const PHASE_SETS: readonly (readonly PhaseIndex[])[] = [[0], [1], [2], [0, 1], [1, 2], [0, 2]];
const PHASE_COUNTS: Readonly<Record<Site['supply']['kind'], number>> = { 'single-phase': 1, 'split-phase': 2, 'three-phase-star': 3, 'three-wire-delta': 3 };
/** On a delta a load lies between two lines. */
const PAIRS = ['L1 to L2', 'L2 to L3', 'L3 to L1'] as const;

/** On a supply with one phase there is nothing to choose. */
function PhasesField(props: FieldProps) {
  const { check } = useEditor();
  const { key, value, error, write } = useField(props);
  const errorId = useId();
  const supply = check?.site.supply.kind ?? 'single-phase';
  const count = PHASE_COUNTS[supply];
  if (count === 1 && value === undefined) return null;
  const words = supply === 'three-wire-delta' ? (phase: PhaseIndex): string => PAIRS[phase] : phaseLabel;
  const sets = PHASE_SETS.filter((phases) => phases.length < count && phases.every((phase) => phase < count));
  const shown = value === undefined ? '' : JSON.stringify(value);
  const isKnown = shown === '' || sets.some((phases) => JSON.stringify(phases) === shown);
  return (
    <FieldFrame label={props.label} error={error} errorId={errorId}>
      <select data-path={key} value={shown} aria-invalid={error !== null} aria-describedby={error === null ? undefined : errorId} onChange={({ currentTarget }) => write(currentTarget.value === '' ? undefined : (JSON.parse(currentTarget.value) as unknown))}>
        <option value="">all, evenly</option>
        {isKnown ? null : <option value={shown}>{shown}</option>}
        {sets.map((phases) => (
          <option key={phases.join()} value={JSON.stringify(phases)}>
            {listOf(phases.map(words))}
          </option>
        ))}
      </select>
    </FieldFrame>
  );
}

function YesNoField({ yes, no, ...props }: FieldProps & { readonly yes: string; readonly no: string }) {
  const { key, value, error, write } = useField(props);
  const errorId = useId();
  return (
    <FieldFrame label={props.label} error={error} errorId={errorId}>
      <select data-path={key} value={textOf(value)} aria-invalid={error !== null} onChange={({ currentTarget }) => write(currentTarget.value === 'true')}>
        <option value="true">{yes}</option>
        <option value="false">{no}</option>
      </select>
    </FieldFrame>
  );
}

const NOTHING: Readonly<Record<'evse' | 'meter' | 'device' | 'circuit', string>> = { circuit: 'the worst', evse: 'all together', meter: 'all', device: 'all' };

/** One thing that an entry is told. `path` is that of the entry; `nothing` is what no choice of a thing of the site means. */
export function SpecField({ spec, path, nothing }: { readonly spec: FieldSpec; readonly path: Path; readonly nothing?: string }) {
  const choices = useSiteChoices();
  const own = [...path, spec.key];
  const { label } = spec;
  switch (spec.type) {
    case 'number':
      return <NumberField label={label} unit={spec.unit} path={own} {...(spec.hint === undefined ? {} : { hint: spec.hint })} />;
    case 'numbers':
      return <NumbersField label={label} unit={spec.unit} path={own} />;
    case 'text':
      return <TextField label={label} path={own} isOptional={spec.isRequired !== true} {...(spec.hint === undefined ? {} : { hint: spec.hint })} />;
    case 'phases':
      return <PhasesField label={label} path={own} />;
    case 'yes-no':
      return <YesNoField label={label} path={own} yes={spec.yes} no={spec.no} />;
    case 'recording':
      return <RecordingField label={label} path={own} entry={path} />;
    case 'column':
      return <ColumnField label={label} path={own} entry={path} otherwise={spec.key === 'timeColumn' ? 0 : 1} />;
    case 'choice':
      return <ChoiceField label={label} path={own} choices={spec.choices} isNumber={spec.isNumber === true} {...(spec.isRequired === true ? {} : { nothing: spec.otherwise ?? 'as usual' })} />;
    default:
      return <ChoiceField label={label} path={own} choices={choices[spec.type]} {...(spec.isRequired === true ? {} : { nothing: nothing ?? NOTHING[spec.type] })} />;
  }
}

export interface Kinds {
  readonly names: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, readonly FieldSpec[]>>;
}

/** An entry whose kind decides what else it is told. */
export function KindEntry(props: { readonly path: Path; readonly entry: unknown; readonly title: string; readonly kinds: Kinds; readonly acts: EntryActs; readonly nothing?: string; readonly children?: React.ReactNode }) {
  const { path, entry, title, kinds, acts, nothing, children } = props;
  const { change, ids } = useEditor();
  const kind = textAt(entry, ['kind']);
  const fields = kinds.fields[kind] ?? [];
  const setKind = (next: unknown): void => {
    const nextFields = kinds.fields[String(next)] ?? [];
    change(path, asKind(withoutStarts(isObject(entry) ? entry : {}, fields, nextFields), String(next), nextFields, ids));
  };
  return (
    <EntryFrame title={title} path={path.join('/')} acts={acts}>
      <ChoiceField label="Kind" path={[...path, 'kind']} choices={Object.entries(kinds.names)} onValue={setKind} />
      {fields.map((spec) => (
        <SpecField key={spec.key} spec={spec} path={path} {...(nothing === undefined ? {} : { nothing })} />
      ))}
      {children}
    </EntryFrame>
  );
}
