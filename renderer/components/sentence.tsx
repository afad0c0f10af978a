import { Fragment } from 'react';

/** A number with its unit: digits, a thin space, a unit. */
const NUMBER = /([<+\u2212]?\s?\d[\d.,:]*\u2009\S+)/;

/** A sentence from `words/` whose numbers stay on one line. */
export function Sentence({ text }: { readonly text: string }) {
  return text.split(NUMBER).map((part, index) =>
    index % 2 === 1 ? (
      <span className="num" key={index}>
        {part}
      </span>
    ) : (
      <Fragment key={index}>{part}</Fragment>
    ),
  );
}
