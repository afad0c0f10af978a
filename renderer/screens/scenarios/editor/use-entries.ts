import { isObject, listAt, withAppended, withInserted, withMoved, withValue, type JsonObject, type Path } from './json-edit.ts';
import { useEditor } from './use-editor.ts';

/** What can be done with one entry; what is not there cannot be done with it. */
export interface EntryActs {
  readonly up?: () => void;
  readonly down?: () => void;
  readonly duplicate?: () => void;
  readonly remove?: () => void;
}

export interface Entries {
  readonly list: readonly unknown[];
  readonly add: (entry: unknown) => void;
  readonly actsOf: (index: number) => EntryActs;
}

const keyOf = (path: Path): string => path.join('/');

/** Where the focus stands within an entry, so that it moves along with it. */
function focusedWithin(entry: string): string | undefined {
  const focused = document.activeElement;
  if (!(focused instanceof HTMLElement)) return undefined;
  if (focused.dataset.act !== undefined) return `:scope > .entry-acts [data-act="${focused.dataset.act}"]`;
  return focused.dataset.path?.startsWith(`${entry}/`) === true ? `[data-path$="${focused.dataset.path.slice(entry.length)}"]` : undefined;
}

/** The entries of a list of the file. `copyOf` makes a copy what may stand beside its original: with an id of its own. */
export function useEntries(path: Path, copyOf: (entry: JsonObject, file: JsonObject) => unknown = (entry) => entry): Entries {
  const { file, replace, focusOn } = useEditor();
  const list = listAt(file, path);
  const entryAt = (index: number): string => keyOf([...path, index]);
  const move = (from: number, to: number): void => {
    const within = focusedWithin(entryAt(from));
    replace(withMoved(file, path, from, to));
    focusOn(entryAt(to), within);
  };
  return {
    list,
    add(entry) {
      replace(withAppended(file, path, entry));
      focusOn(entryAt(list.length));
    },
    actsOf: (index) => ({
      ...(index > 0 ? { up: () => move(index, index - 1) } : {}),
      ...(index + 1 < list.length ? { down: () => move(index, index + 1) } : {}),
      duplicate() {
        const entry = list[index];
        replace(withInserted(file, path, index + 1, isObject(entry) ? copyOf(entry, file) : entry));
        focusOn(entryAt(index + 1));
      },
      remove() {
        replace(withValue(file, [...path, index], undefined));
        // The one that takes its place, else the last, else what adds another.
        focusOn(list.length > 1 ? entryAt(Math.min(index, list.length - 2)) : keyOf(path));
      },
    }),
  };
}

/** "car-2" for "car": the first that none of the entries has. */
export function freeId(entries: readonly unknown[], wanted: string): string {
  const taken = new Set(entries.map((entry) => (isObject(entry) ? entry.id : undefined)));
  const base = wanted.replace(/-\d+$/, '');
  for (let count = 2; ; count += 1) {
    const id = `${base}-${count}`;
    if (!taken.has(id)) return id;
  }
}
