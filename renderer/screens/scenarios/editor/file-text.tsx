import { useEffect, useRef } from 'react';
import type { TextPlace } from './json-place.ts';
import { lineOf } from './json-place.ts';

export interface Shown {
  readonly place: TextPlace;
  /** Counts up with every wish to see it. */
  readonly wish: number;
}

/** As the style has it: lines of 18 px, letters of a monospaced font of 12 px. */
const LINE_PX = 18;
const LETTER_PX = 7.2;

/** The file as it will lie on the disk, with its lines counted and the wrong one marked. */
export function FileText({ text, wrong, shown, onText }: { readonly text: string; readonly wrong: TextPlace | null; readonly shown: Shown | null; readonly onText: (text: string) => void }) {
  const area = useRef<HTMLTextAreaElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const lines = text.split('\n').length;
  const wrongLine = wrong === null ? null : lineOf(text, wrong.from);
  useEffect(() => {
    const element = area.current;
    if (shown === null || element === null) return;
    element.focus({ preventScroll: true });
    element.setSelectionRange(shown.place.from, shown.place.until);
    const view = scroller.current;
    if (view === null) return;
    const column = shown.place.from - element.value.lastIndexOf('\n', shown.place.from - 1);
    view.scrollTop = Math.max(0, (lineOf(element.value, shown.place.from) - 4) * LINE_PX);
    view.scrollLeft = Math.max(0, column * LETTER_PX - view.clientWidth / 2);
  }, [shown]);
  return (
    <div className="file-text" ref={scroller}>
      <div className="file-lines" aria-hidden="true">
        {Array.from({ length: lines }, (_, index) => (
          <span key={index} className={index + 1 === wrongLine ? 'wrong-line' : undefined}>
            {index + 1}
          </span>
        ))}
      </div>
      <textarea
        ref={area}
        aria-label="File text"
        spellCheck={false}
        wrap="off"
        rows={lines}
        cols={Math.max(40, ...text.split('\n').map((line) => line.length + 1))}
        value={text}
        aria-invalid={wrong !== null}
        onChange={(event) => onText(event.currentTarget.value)}
      />
    </div>
  );
}
