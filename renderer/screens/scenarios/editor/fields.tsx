import { useId, useState, type ReactNode } from 'react';
import { valueAt, type Path } from './json-edit.ts';
import { useEditor, useFieldError } from './use-editor.ts';

export interface FieldProps {
  readonly label: string;
  readonly path: Path;
  /** Other paths by which a failure may name this value. */
  readonly alsoAt?: readonly string[];
  /** What holds where the file says nothing. */
  readonly otherwise?: unknown;
  /** Instead of writing the value at the path. */
  readonly onValue?: (value: unknown, how?: 'typed') => void;
}

export function useField({ path, alsoAt = [], otherwise, onValue }: FieldProps) {
  const { file, change } = useEditor();
  const own = valueAt(file, path);
  const key = path.join('/');
  return {
    key,
    value: own ?? otherwise,
    error: useFieldError([key, ...alsoAt], true),
    write: onValue ?? ((value: unknown, how?: 'typed') => change(path, value, how)),
  };
}

const isText = (value: unknown): value is string | number | boolean => ['string', 'number', 'boolean'].includes(typeof value);
export const textOf = (value: unknown): string => (isText(value) ? String(value) : value === undefined || value === null ? '' : JSON.stringify(value));

/** Label above, control, unit, and what is wrong beneath it. */
export function FieldFrame({ label, unit, error, errorId, isWide, children }: { readonly label: string; readonly unit?: string; readonly error: string | null; readonly errorId: string; readonly isWide?: boolean; readonly children: ReactNode }) {
  return (
    <div className={isWide === true ? 'field wide-field' : 'field'}>
      <label>
        <span className="field-label">{label}</span>
        <span className="field-control">
          {children}
          {unit === undefined || unit === '' ? null : <span className="unit">{unit}</span>}
        </span>
      </label>
      {error === null ? null : (
        <span className="field-error" id={errorId}>
          {error}
        </span>
      )}
    </div>
  );
}

const NUMBER = /^-?\d+(\.\d+)?$/;

/** Nothing is no key; what is no number goes into the file as it is, where the host refuses it by name. */
function numberOf(text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  return NUMBER.test(trimmed) ? Number(trimmed) : trimmed;
}

export function NumberField(props: FieldProps & { readonly unit?: string; readonly hint?: string }) {
  const { key, value, error, write } = useField(props);
  const [typed, setTyped] = useState<string | null>(null);
  const errorId = useId();
  return (
    <FieldFrame label={props.label} error={error} errorId={errorId} {...(props.unit === undefined ? {} : { unit: props.unit })}>
      <input
        type="text"
        inputMode="decimal"
        data-path={key}
        value={typed ?? textOf(value)}
        placeholder={props.hint ?? ''}
        aria-invalid={error !== null}
        aria-describedby={error === null ? undefined : errorId}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          write(numberOf(event.currentTarget.value), 'typed');
        }}
        onBlur={() => setTyped(null)}
      />
    </FieldFrame>
  );
}

/** An optional one that is empty is no key. */
export function TextField(props: FieldProps & { readonly isWide?: boolean; readonly isOptional?: boolean; readonly hint?: string }) {
  const { key, value, error, write } = useField(props);
  const errorId = useId();
  return (
    <FieldFrame label={props.label} error={error} errorId={errorId} {...(props.isWide === undefined ? {} : { isWide: props.isWide })}>
      <input type="text" data-path={key} value={textOf(value)} placeholder={props.hint ?? ''} aria-invalid={error !== null} aria-describedby={error === null ? undefined : errorId} onChange={({ currentTarget }) => write(props.isOptional === true && currentTarget.value === '' ? undefined : currentTarget.value, 'typed')} />
    </FieldFrame>
  );
}

export type Choice = readonly [value: string, label: string];

/** `nothing` is what no key means; without it there has to be one. */
export function ChoiceField(props: FieldProps & { readonly choices: readonly Choice[]; readonly nothing?: string; readonly isNumber?: boolean }) {
  const { choices, nothing, isNumber = false } = props;
  const { key, value, error, write } = useField(props);
  const errorId = useId();
  const shown = textOf(value);
  const isKnown = choices.some(([known]) => known === shown) || (shown === '' && nothing !== undefined);
  return (
    <FieldFrame label={props.label} error={error} errorId={errorId}>
      <select data-path={key} value={shown} aria-invalid={error !== null} aria-describedby={error === null ? undefined : errorId} onChange={({ currentTarget }) => write(currentTarget.value === '' ? undefined : isNumber ? Number(currentTarget.value) : currentTarget.value)}>
        {isKnown ? null : <option value={shown}>{shown === '' ? 'choose' : `${shown} (unknown)`}</option>}
        {nothing === undefined ? null : <option value="">{nothing}</option>}
        {choices.map(([known, label]) => (
          <option key={known} value={known}>
            {label}
          </option>
        ))}
      </select>
    </FieldFrame>
  );
}

export function FormSection({ title, path, act, children }: { readonly title: string; /** Of failures that concern the list itself. */ readonly path?: string; readonly act?: { readonly label: string; readonly run: () => void }; readonly children: ReactNode }) {
  const error = useFieldError(path === undefined ? [] : [path]);
  const id = useId();
  return (
    <section className="form-section" aria-labelledby={id} {...(path === undefined ? {} : { 'data-section': path })}>
      <div className="form-head">
        <h2 id={id}>{title}</h2>
        <span className="grow" />
        {act === undefined ? null : (
          <button type="button" className="button compact" onClick={act.run}>
            {act.label}
          </button>
        )}
      </div>
      {error === null ? null : <p className="field-error">{error}</p>}
      {children}
    </section>
  );
}
