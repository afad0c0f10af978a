import type { KeyboardEvent, ReactNode } from 'react';
import { ArrowDown, ArrowUp, Copy } from '../../../icons/event-icons.tsx';
import { Close } from '../../../icons/icons.tsx';
import type { EntryActs } from './use-entries.ts';
import { useFieldError } from './use-editor.ts';

/** By the key that is held with Alt. */
const KEYS: Readonly<Record<string, keyof EntryActs | undefined>> = { ArrowUp: 'up', ArrowDown: 'down', d: 'duplicate', D: 'duplicate', Delete: 'remove' };

const ACT_WORDS = [
  ['up', 'Move up', 'Alt up', ArrowUp],
  ['down', 'Move down', 'Alt down', ArrowDown],
  ['duplicate', 'Duplicate', 'Alt D', Copy],
  ['remove', 'Remove', 'Alt Delete', Close],
] as const;

/** One entry of a list: its fields, what is wrong with it as a whole, and what can be done with it. */
export function EntryFrame(props: {
  readonly title: string;
  readonly path: string;
  readonly alsoAt?: readonly string[];
  readonly acts?: EntryActs;
  readonly children: ReactNode;
}) {
  const { title, path, alsoAt = [], acts = {}, children } = props;
  const error = useFieldError([path, ...alsoAt]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const act = event.altKey && !event.ctrlKey && !event.metaKey ? KEYS[event.key] : undefined;
    const run = act === undefined ? undefined : acts[act];
    if (run === undefined) return;
    event.preventDefault();
    // An entry within an entry answers for itself.
    event.stopPropagation();
    run();
  };
  const offered = ACT_WORDS.filter(([act]) => acts[act] !== undefined || ((act === 'up' || act === 'down') && acts.duplicate !== undefined));
  return (
    <fieldset className={error === null ? 'form-entry' : 'form-entry wrong'} data-entry={path} onKeyDown={onKeyDown}>
      <legend>{title}</legend>
      <div className="form-fields">{children}</div>
      {error === null ? null : <p className="field-error">{error}</p>}
      {offered.length === 0 ? null : (
        <div className="entry-acts">
          {offered.map(([act, words, keys, Shape]) => (
            <button
              key={act}
              type="button"
              className="button compact square quiet"
              data-act={act}
              aria-label={`${words} ${title}`}
              title={`${words} (${keys})`}
              disabled={acts[act] === undefined}
              onClick={({ currentTarget }) => {
                // Not every browser does so by itself; the focus moves along with the entry.
                currentTarget.focus();
                acts[act]?.();
              }}
            >
              <Shape size={16} />
            </button>
          ))}
        </div>
      )}
    </fieldset>
  );
}
