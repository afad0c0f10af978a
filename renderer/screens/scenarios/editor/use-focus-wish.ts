import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';

const FIELD = 'input, select, textarea, button';
/** A change of the text reaches the form in one of the next renderings. */
const MOST_RENDERINGS = 10;

function placeOf(form: HTMLElement, entry: string, within: string | undefined): HTMLElement | null {
  const found = form.querySelector<HTMLElement>(`[data-entry="${CSS.escape(entry)}"]`);
  if (found !== null) return (within === undefined ? null : found.querySelector<HTMLElement>(`${within}:not(:disabled)`)) ?? found.querySelector<HTMLElement>(FIELD);
  const section = form.querySelector<HTMLElement>(`[data-section="${CSS.escape(entry)}"]`);
  return section?.querySelector<HTMLElement>(':scope > [data-add]') ?? section?.querySelector<HTMLElement>(FIELD) ?? null;
}

/** After an act the focus goes to its result: to an entry (or the list that it was in), as soon as the form shows it. */
export function useFocusWish(): readonly [RefObject<HTMLDivElement | null>, (entry: string, within?: string) => void] {
  const form = useRef<HTMLDivElement>(null);
  const wish = useRef<{ readonly entry: string; readonly within: string | undefined; renderings: number } | null>(null);
  const [, setCount] = useState(0);
  useEffect(() => {
    const wanted = wish.current;
    if (wanted === null || form.current === null) return;
    const place = placeOf(form.current, wanted.entry, wanted.within);
    wanted.renderings += 1;
    if (place !== null || wanted.renderings > MOST_RENDERINGS) wish.current = null;
    place?.scrollIntoView({ block: 'nearest' });
    place?.focus();
  });
  const focusOn = useCallback((entry: string, within?: string) => {
    wish.current = { entry, within, renderings: 0 };
    setCount((count) => count + 1);
  }, []);
  return [form, focusOn];
}
