import { useEffect, useState } from 'react';
import type { HostApi } from '../../../../core/host-api/contract.ts';
import type { Failure, Result } from '../../../../core/errors.ts';
import { useBenchHandle } from '../../../store/use-bench.ts';
import { textAt, type Path } from './json-edit.ts';
import { tableOf, type RecordingTable } from './recording-text.ts';
import { useEditor } from './use-editor.ts';

/** Well below what one message to the host may hold, whatever the letters. */
const PART_LETTERS = 60_000;

/** Keeps it beside the user's own scenarios; answers the path by which a scenario names it. */
export async function sendInParts(api: HostApi, name: string, text: string): Promise<Result<string>> {
  for (let from = 0; ; from += PART_LETTERS) {
    const isLast = from + PART_LETTERS >= text.length;
    const kept = await api.keepRecording({ name, text: text.slice(from, from + PART_LETTERS), isFirst: from === 0, isLast });
    if (!kept.ok) return kept;
    if (isLast) return { ok: true, value: kept.value.file ?? name };
  }
}

export interface RecordingView {
  readonly table: RecordingTable | null;
  readonly failure: Failure | null;
}

const NOTHING: RecordingView = { table: null, failure: null };

/** The beginning of the recording that an entry names: the scenario's own text, or the file beside it. */
export function useRecording(entry: Path): RecordingView {
  const bench = useBenchHandle();
  const { file } = useEditor();
  const name = textAt(file, [...entry, 'file']);
  const own = textAt(file, ['recordings', name]);
  const [held, setHeld] = useState<{ readonly name: string; readonly view: RecordingView }>({ name: '', view: NOTHING });
  useEffect(() => {
    if (own !== '' || name === '') return;
    let isAwaited = true;
    void bench.connection.api.readRecording(name).then((result) => {
      if (isAwaited) setHeld({ name, view: result.ok ? { table: tableOf(result.value.text), failure: null } : { table: null, failure: result.error } });
    });
    return () => {
      isAwaited = false;
    };
  }, [bench, name, own]);
  if (own !== '') return { table: tableOf(own), failure: null };
  return held.name === name ? held.view : NOTHING;
}
