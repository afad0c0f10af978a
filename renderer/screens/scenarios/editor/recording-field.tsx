import { useId, useRef, useState } from 'react';
import type { Failure } from '../../../../core/errors.ts';
import { Folder } from '../../../icons/icons.tsx';
import { useBench, useBenchHandle } from '../../../store/use-bench.ts';
import { failureSentence } from '../../../words/errors.ts';
import { FieldFrame, textOf, useField, type FieldProps } from './fields.tsx';
import { isObject, valueAt, type JsonObject, type Path } from './json-edit.ts';
import { columnPlace, columnValue, guessedMapping, type RecordingTable } from './recording-text.ts';
import { useEditor } from './use-editor.ts';
import { sendInParts, useRecording } from './use-recording.ts';

/** As the file of an own scenario may be large: beyond this a person has to thin it. */
const LARGEST_BYTES = 50_000_000;
const TOO_LARGE = { ok: false, error: { code: 'invalid-argument', context: { path: 'the file', message: 'a recording has at most 50 MB' } } } as const;

function Preview({ table, entry }: { readonly table: RecordingTable; readonly entry: Path }) {
  const { file } = useEditor();
  const chosen = [valueAt(file, [...entry, 'timeColumn']) ?? 0, valueAt(file, [...entry, 'valueColumn']) ?? 1].map((column) => columnPlace(table, column));
  return (
    <div className="recording-preview" role="region" aria-label="First rows of the file" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {table.columns.map((column, index) => (
              <th key={index} scope="col" className={chosen.includes(index) ? 'chosen' : undefined}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            <tr key={index}>
              {table.columns.map((_, place) => (
                <td key={place} className={chosen.includes(place) ? 'chosen' : undefined}>
                  {row[place] ?? ''}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The file's path, a way to pick one from anywhere, and its first rows. */
export function RecordingField(props: FieldProps & { readonly entry: Path }) {
  const { entry } = props;
  const bench = useBenchHandle();
  const leads = useBench(({ host }) => host?.leads ?? true);
  const { file, change } = useEditor();
  const { key, value, error, write } = useField(props);
  const { table } = useRecording(entry);
  const picker = useRef<HTMLInputElement>(null);
  const [isSending, setSending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const errorId = useId();
  const pick = async (picked: File): Promise<void> => {
    setSending(true);
    setFailure(null);
    const text = picked.size > LARGEST_BYTES ? '' : await picked.text();
    const kept = picked.size > LARGEST_BYTES ? TOO_LARGE : await sendInParts(bench.connection.api, picked.name, text);
    setSending(false);
    if (!kept.ok) {
      setFailure(kept.error);
      return;
    }
    const before = valueAt(file, entry);
    const mapped: JsonObject = { ...(isObject(before) ? before : {}), file: kept.value, ...guessedMapping(text) };
    change(entry, Object.fromEntries(Object.entries(mapped).filter(([, one]) => one !== undefined)));
  };
  return (
    <div className="recording-field">
      <FieldFrame label={props.label} error={error ?? (failure === null ? null : failureSentence(failure))} errorId={errorId} isWide>
        <input type="text" data-path={key} value={textOf(value)} aria-invalid={error !== null} aria-describedby={error === null ? undefined : errorId} onChange={(event) => write(event.currentTarget.value, 'typed')} />
      </FieldFrame>
      <button type="button" className="button compact" disabled={isSending || !leads} onClick={() => picker.current?.click()}>
        <Folder size={16} />
        {isSending ? 'Reading it' : 'Pick a CSV file'}
      </button>
      <input
        ref={picker}
        type="file"
        accept=".csv,.tsv,.txt,text/csv"
        className="visually-hidden"
        aria-label="CSV file of the load"
        tabIndex={-1}
        onChange={(event) => {
          const [picked] = event.currentTarget.files ?? [];
          if (picked !== undefined) void pick(picked);
          event.currentTarget.value = '';
        }}
      />
      {table === null ? null : <Preview table={table} entry={entry} />}
    </div>
  );
}

/** Which column: by its heading, or by its number where there are none. */
export function ColumnField(props: FieldProps & { readonly entry: Path; readonly otherwise: number }) {
  const { table } = useRecording(props.entry);
  const { key, value, error, write } = useField(props);
  const errorId = useId();
  const place = table === null ? -1 : columnPlace(table, value);
  return (
    <FieldFrame label={props.label} error={error} errorId={errorId}>
      {table === null ? (
        <input type="text" data-path={key} value={textOf(value)} aria-invalid={error !== null} onChange={({ currentTarget: { value: text } }) => write(text === '' ? undefined : /^\d+$/.test(text) ? Number(text) : text, 'typed')} />
      ) : (
        <select data-path={key} value={place} aria-invalid={error !== null} aria-describedby={error === null ? undefined : errorId} onChange={({ currentTarget }) => write(columnValue(table, Number(currentTarget.value)))}>
          {place === -1 ? <option value={-1}>{`${textOf(value)} (not there)`}</option> : null}
          {table.columns.map((column, index) => (
            <option key={index} value={index}>
              {column === '' ? `column ${index + 1}` : column}
            </option>
          ))}
        </select>
      )}
    </FieldFrame>
  );
}
