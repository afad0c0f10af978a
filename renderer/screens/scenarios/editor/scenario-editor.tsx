import './editor.css';
import { useMemo, useState } from 'react';
import type { Failure } from '../../../../core/errors.ts';
import { Close, PlayFilled, Redo, Undo } from '../../../icons/icons.tsx';
import { StateIcon } from '../../../icons/state-icon.tsx';
import { useBench, useBenchHandle } from '../../../store/use-bench.ts';
import { failureSentence } from '../../../words/errors.ts';
import { ruleSentence } from '../../../words/scenario-rules.ts';
import { computeRun } from '../player-acts.ts';
import { usePlayerHandle } from '../use-player.ts';
import { isUnsaved, saveDraft, type Draft } from './draft.ts';
import { edited, redone, undone, type EditHistory } from './edit-history.ts';
import { FileText, type Shown } from './file-text.tsx';
import { isObject, jsonText, withValue } from './json-edit.ts';
import { lineOf, placeOf, type TextPlace } from './json-place.ts';
import { LoadPicture } from './load-picture.tsx';
import { FormParts, ScenarioForm } from './scenario-form.tsx';
import { useFocusWish } from './use-focus-wish.ts';
import { useCheck, type Checked } from './use-check.ts';
import { EditorContext, failurePath, type Editor } from './use-editor.ts';
import { usePreview } from './use-preview.ts';

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/** Where the failure is in the text; a text that is no JSON says it by the offset in its message. */
function wrongPlace(text: string, failure: Failure | null): TextPlace | null {
  if (failure === null) return null;
  if (failure.context.rule === 'json') {
    const offset = /position (\d+)/.exec(String(failure.context.message))?.[1];
    const from = Math.min(offset === undefined ? text.length : Number(offset), text.length);
    return { from, until: Math.min(from + 1, text.length) };
  }
  const path = failurePath(failure);
  return path === null ? null : placeOf(text, path === '' ? [] : path.split('/'));
}

function Status({ checked, wrong, text, onShow }: { readonly checked: Checked; readonly wrong: TextPlace | null; readonly text: string; readonly onShow: () => void }) {
  const { failure, isNewest } = checked;
  if (failure === null) {
    return (
      <p className="editor-status" role="status">
        <StateIcon state={isNewest ? 'good' : 'now'} size={16} />
        {isNewest ? 'Nothing is wrong with this file.' : 'Reading it.'}
      </p>
    );
  }
  const path = failurePath(failure);
  const others = Number(failure.context.breaches ?? 1) - 1;
  return (
    <div className="editor-status wrong-status" role="alert">
      <StateIcon state="danger" size={16} />
      <p>
        {path === null || path === '' ? '' : <code>{path}: </code>}
        {ruleSentence(failure)}
        {others > 0 ? ` ${others} more after it.` : ''}
      </p>
      {wrong === null ? null : (
        <button type="button" className="button compact" onClick={onShow}>
          Show line {lineOf(text, wrong.from)}
        </button>
      )}
    </div>
  );
}

function Head({ draft, draftKey, checked, onHistory }: { readonly draft: Draft; readonly draftKey: string; readonly checked: Checked; readonly onHistory: (change: (history: EditHistory) => EditHistory) => void }) {
  const bench = useBenchHandle();
  const player = usePlayerHandle();
  const leads = useBench(({ host }) => host?.leads ?? true);
  const isBusy = useBench((state) => state.computing !== null);
  const { history } = draft;
  const isChanged = isUnsaved(draft);
  const id = checked.check?.summary.id;
  const replaces = useBench(({ scenarios }) => id !== undefined && id !== draftKey && scenarios?.some((scenario) => scenario.isOwn && scenario.id === id) === true);
  const isWrong = checked.isNewest && checked.failure !== null;
  const saveAndPlay = async (): Promise<void> => {
    const saved = isChanged ? await saveDraft(bench, player, draftKey) : { id: draftKey };
    if (saved === null) return;
    const { scenarios } = bench.getState();
    const scenario = scenarios?.find(({ id }) => id === saved.id);
    const [controller] = scenario?.controllers ?? [];
    if (controller === undefined) return;
    player.setState(({ controllers }) => ({ editing: null, scenarioId: saved.id, isComparing: false, controllers: Object.fromEntries(Object.entries(controllers).filter(([id]) => id !== saved.id)) }));
    await computeRun(bench, player, saved.id, controller);
  };
  return (
    <header className="editor-head">
      <h1 className="scenario-title">Scenario editor</h1>
      <span className="small muted">{draft.savedText === null ? 'not saved yet' : isChanged ? 'changes not saved' : 'saved'}</span>
      <span className="grow" />
      <button type="button" className="button compact square" aria-label="Undo" title="Undo (Ctrl Z)" disabled={history.past.length === 0} onClick={() => onHistory(undone)}>
        <Undo size={18} />
      </button>
      <button type="button" className="button compact square" aria-label="Redo" title="Redo (Ctrl Shift Z)" disabled={history.future.length === 0} onClick={() => onHistory(redone)}>
        <Redo size={18} />
      </button>
      <button type="button" className="button compact" disabled={!isChanged || isWrong || !leads} onClick={() => void saveDraft(bench, player, draftKey)}>
        {replaces ? `Replace ${id ?? ''}` : 'Save as own'}
      </button>
      <button type="button" className="button compact primary" disabled={isWrong || !leads || isBusy} onClick={() => void saveAndPlay()}>
        <PlayFilled size={16} />
        {!isChanged ? 'Play' : replaces ? 'Replace and play' : 'Save and play'}
      </button>
      <button type="button" className="button compact square" aria-label="Close the editor" title="Close the editor; what is written stays" onClick={() => player.setState({ editing: null })}>
        <Close size={18} />
      </button>
    </header>
  );
}

const NO_IDS = { evses: [], meters: [], circuits: [] };

/** A form and the text of the same file beside each other. */
export function ScenarioEditor({ draftKey, draft }: { readonly draftKey: string; readonly draft: Draft }) {
  const player = usePlayerHandle();
  const { history } = draft;
  const { text } = history;
  const checked = useCheck(text);
  const { check } = checked;
  const preview = usePreview(checked.isNewest && checked.failure === null ? text : null);
  const failure = checked.isNewest ? (checked.failure ?? draft.failure ?? preview.failure) : checked.failure;
  const [form, focusOn] = useFocusWish();
  const [shown, setShown] = useState<Shown | null>(null);
  const onHistory = useMemo(
    () => (change: (before: EditHistory) => EditHistory) => {
      player.setState(({ drafts }) => {
        const before = drafts[draftKey];
        return before === undefined ? {} : { drafts: { ...drafts, [draftKey]: { ...before, history: change(before.history), failure: null } } };
      });
    },
    [player, draftKey],
  );
  const file = useMemo(() => parsed(text), [text]);
  const editor = useMemo<Editor | null>(() => {
    if (!isObject(file)) return null;
    const write = (next: unknown, field: string | null): void => onHistory((before) => edited(before, jsonText(next), field, performance.now()));
    const site = check?.site;
    const idsOf = (things: readonly { readonly id: string }[]): readonly string[] => things.map(({ id }) => id);
    return {
      file,
      check,
      ids: site === undefined ? NO_IDS : { evses: idsOf(site.evses), meters: idsOf(site.meters), circuits: idsOf(site.circuits) },
      failure,
      change: (path, value, how) => write(withValue(file, path, value), how === 'typed' ? path.join('/') : null),
      replace: (next) => write(next, null),
      focusOn,
    };
  }, [file, check, failure, onHistory, focusOn]);
  const wrong = wrongPlace(text, failure);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    const change = key === 'z' ? (event.shiftKey ? redone : undone) : key === 'y' ? redone : null;
    if (change === null) return;
    // The field's own undo knows only its own letters.
    event.preventDefault();
    onHistory(change);
  };
  return (
    <section className="editor" data-column tabIndex={-1} aria-label="Scenario editor" onKeyDown={onKeyDown}>
      <Head draft={draft} draftKey={draftKey} checked={{ ...checked, failure }} onHistory={onHistory} />
      <Status checked={{ ...checked, failure }} wrong={wrong} text={text} onShow={() => setShown((before) => (wrong === null ? before : { place: wrong, wish: (before?.wish ?? 0) + 1 }))} />
      {draft.failure === null || draft.failure.code === 'invalid-file' ? null : (
        <p className="field-error" role="alert">
          {failureSentence(draft.failure)}
        </p>
      )}
      <div className="editor-body">
        {editor === null ? (
          <div className="editor-form">
            <p className="secondary">The form comes back as soon as the text beside it is a file again.</p>
          </div>
        ) : (
          <EditorContext value={editor}>
            <div className="editor-main" ref={form}>
              <LoadPicture loads={preview.loads} />
              <FormParts />
              <ScenarioForm />
            </div>
          </EditorContext>
        )}
        <FileText text={text} wrong={wrong} shown={shown} onText={(next) => onHistory((before) => edited(before, next, 'text', performance.now()))} />
      </div>
    </section>
  );
}
