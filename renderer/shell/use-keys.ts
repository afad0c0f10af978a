import { useEffect, useRef } from 'react';

/** A key as it is pressed: "Space", "Ctrl+k", "Shift+ArrowLeft", "g s" for a chord, or the character itself. */
export type KeyBindings = Readonly<Record<string, (event: KeyboardEvent) => void>>;

const CHORD_MS = 1200;

export function keyName(event: KeyboardEvent): string {
  const parts: string[] = [];
  if (event.ctrlKey || event.metaKey) parts.push('Ctrl');
  // Of characters the shifted one itself is the name ("?", "+"); letters behind Ctrl keep their Shift.
  const isCharacter = event.key.length === 1;
  if (event.shiftKey && (!isCharacter || parts.length > 0)) parts.push('Shift');
  parts.push(event.key === ' ' ? 'Space' : parts.length > 0 || !isCharacter ? event.key : event.key.toLowerCase());
  return parts.map((part) => (part.length === 1 ? part.toLowerCase() : part)).join('+');
}

const TYPES_TEXT = 'input:not([type=checkbox]):not([type=radio]):not([type=button]), textarea, select, [contenteditable=true], [role=textbox], [role=combobox]';
const USES_SPACE = 'button, a, summary, [role=button], [role=tab], [role=switch], [role=option], [role=menuitem], input';
const USES_ARROWS = '[role=radiogroup], [role=menu], [role=listbox], [role=slider]:not([data-screen-arrows]), [role=spinbutton], input[type=radio], [data-own-arrows]';

/** Whether the focused control needs this key itself. */
export function isTaken(target: EventTarget | null, name: string): boolean {
  if (!(target instanceof Element)) return false;
  const isPlain = !name.startsWith('Ctrl+') && name !== 'Escape' && !name.startsWith('F') && !name.startsWith('Shift+F');
  if (isPlain && target.matches(TYPES_TEXT)) return true;
  if (name === 'Space') return target.closest(USES_SPACE) !== null;
  if (name.includes('Arrow')) return target.closest(USES_ARROWS) !== null;
  return false;
}

const isLetterKey = (name: string): boolean => name.length === 1 || name.includes(' ');

/** Binds keys for as long as the component stands. Letters act only where they are switched on. */
export function useKeys(bindings: KeyBindings, options: { readonly hasLetters: boolean; readonly isActive?: boolean }): void {
  const held = useRef(bindings);
  useEffect(() => {
    held.current = bindings;
  });
  const { hasLetters, isActive = true } = options;
  useEffect(() => {
    if (!isActive) return;
    let first: { readonly name: string; readonly atMs: number } | null = null;
    const onKey = (event: KeyboardEvent): void => {
      const name = keyName(event);
      if (event.defaultPrevented || isTaken(event.target, name)) return;
      const chord = first !== null && performance.now() - first.atMs < CHORD_MS ? `${first.name} ${name}` : null;
      first = null;
      const found = chord !== null && held.current[chord] !== undefined ? chord : name;
      const act = held.current[found];
      if (act !== undefined && (hasLetters || !isLetterKey(found))) {
        event.preventDefault();
        act(event);
      } else if (Object.keys(held.current).some((bound) => bound.startsWith(`${name} `))) first = { name, atMs: performance.now() };
    };
    window.addEventListener('keydown', onKey);
    return () => {
      window.removeEventListener('keydown', onKey);
    };
  }, [hasLetters, isActive]);
}
