/** A set of listeners of one event; `add` returns how to remove it again. */
export interface Listeners<T> {
  add(listener: (event: T) => void): () => void;
  emit(event: T): void;
}

export function makeListeners<T>(): Listeners<T> {
  const all = new Set<(event: T) => void>();
  return {
    add: (listener) => {
      all.add(listener);
      return () => {
        all.delete(listener);
      };
    },
    emit: (event) => {
      for (const listener of [...all]) listener(event);
    },
  };
}
