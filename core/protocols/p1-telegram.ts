/** The lines of a P1 telegram: objects by their OBIS code, with the texts in their brackets. */

export interface P1Telegram {
  /** Behind the slash: maker and type. */
  readonly identification: string;
  /** By code without the `*255` that German meters add, e.g. 1-0:1.7.0; the first of each. */
  readonly objects: ReadonlyMap<string, readonly string[]>;
  /** Codes that came twice with different values: neither is to be trusted. */
  readonly contradicted: ReadonlySet<string>;
  /** Lines that are none: meters print such (capture p1/dsmr40-iskra), and the rest still holds where a CRC covers it. */
  readonly unreadableLines: readonly string[];
}

const OBJECT = /^(\d{1,3}-\d{1,3}:\d{1,3}\.\d{1,3}\.\d{1,3})(?:\*\d{1,3})?((?:\([^()]*\))+)$/;
/** DSMR 2.2 and 3 print the value of an M-Bus meter on a line of its own. */
const CONTINUATION = /^(?:\([^()]*\))+$/;

const bracketed = (text: string): readonly string[] => text.slice(1, -1).split(')(');

/** `text` from `/` through `!`. */
export function parseP1Telegram(text: string): P1Telegram {
  const [first = '', ...lines] = text.split(/\r\n|\n|\r/);
  const objects = new Map<string, readonly string[]>();
  const contradicted = new Set<string>();
  const unreadableLines: string[] = [];
  let lastCode: string | null = null;
  for (const line of lines) {
    if (line === '' || line === '!') continue;
    const [, code, brackets] = OBJECT.exec(line) ?? [];
    if (code !== undefined && brackets !== undefined) {
      const values = bracketed(brackets);
      const before = objects.get(code);
      if (before === undefined) objects.set(code, values);
      else if (before.join(')(') !== values.join(')(')) contradicted.add(code);
      lastCode = code;
    } else if (lastCode !== null && CONTINUATION.test(line)) {
      objects.set(lastCode, [...(objects.get(lastCode) ?? []), ...bracketed(line)]);
    } else {
      unreadableLines.push(line);
    }
  }
  return { identification: first.slice(1), objects, contradicted, unreadableLines };
}
