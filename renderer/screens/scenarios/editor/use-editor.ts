import { createContext, useContext } from 'react';
import type { Failure } from '../../../../core/errors.ts';
import type { ScenarioCheck } from '../../../../core/host-api/contract.ts';
import { ruleSentence } from '../../../words/scenario-rules.ts';
import type { SiteIds } from './kind-fields.ts';
import type { JsonObject, Path } from './json-edit.ts';

/** What the fields of the form read and change: one document. */
export interface Editor {
  readonly file: JsonObject;
  /** Of the newest text without an error. */
  readonly check: ScenarioCheck | null;
  readonly ids: SiteIds;
  readonly failure: Failure | null;
  /** `undefined` takes the key out. What is typed letter by letter is one change. */
  readonly change: (path: Path, value: unknown, how?: 'typed') => void;
  readonly replace: (file: unknown) => void;
  /** Puts the focus on an entry once it is there: on the place in it that fits the selector, else on its first field. */
  readonly focusOn: (entry: string, within?: string) => void;
}

export const EditorContext = createContext<Editor | null>(null);

export function useEditor(): Editor {
  const editor = useContext(EditorContext);
  if (editor === null) throw new Error('EditorContext is missing');
  return editor;
}

/** Where in the file the failure is, as it names it: vehicles/0/plugInS. */
export const failurePath = (failure: Failure | null): string | null => (typeof failure?.context.path === 'string' ? failure.context.path : null);

/** What is wrong with the value at one of these paths; `within` takes in everything below them. */
export function useFieldError(paths: readonly string[], within = false): string | null {
  const { failure } = useEditor();
  const path = failurePath(failure);
  if (failure === null || path === null) return null;
  return paths.some((own) => own === path || (within && path.startsWith(`${own}/`))) ? ruleSentence(failure) : null;
}
