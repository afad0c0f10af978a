import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** WCAG 2.2 relative luminance and contrast, recomputed from the tokens themselves (interface brief, section 3). */
const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

function tokensOf(selector: string): Readonly<Record<string, string>> {
  const start = css.indexOf(`${selector} {`);
  const block = css.slice(start, css.indexOf('}', start));
  return Object.fromEntries([...block.matchAll(/--cb-([\w-]+):\s*(#[0-9a-f]{6});/g)].map(([, name = '', color = '']) => [name, color]));
}

function luminance(color: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = parseInt(color.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const SURFACES = ['ground', 'panel', 'sunken'];
const TINTS = ['accent-tint', 'good-tint', 'attention-tint', 'danger-tint', 'unknown-tint'];
/** Text colours, and what they stand on. */
const TEXT: readonly (readonly [string, readonly string[]])[] = [
  ['ink', [...SURFACES, ...TINTS]],
  ['ink2', [...SURFACES, ...TINTS]],
  ['ink3', SURFACES],
  ['accent', [...SURFACES, 'accent-tint']],
  ['on-accent', ['accent']],
  ['good', [...SURFACES, 'good-tint']],
  ['attention', [...SURFACES, 'attention-tint']],
  ['danger', [...SURFACES, 'danger-tint']],
  ['unknown', [...SURFACES, 'unknown-tint']],
  ['limit-continuous', SURFACES],
  ['limit-rating', SURFACES],
  ...['l1', 'l2', 'l3', 'e1', 'e2', 'e3', 'e4'].map((name) => [name, SURFACES] as const),
];
const EDGES: readonly (readonly [string, readonly string[]])[] = [
  ['line2', SURFACES],
  ['other', SURFACES],
];

describe.each([
  [':root', 'light'],
  ['[data-mantine-color-scheme="dark"]', 'dark'],
  ['.paper', 'paper'],
])('colours of %s', (selector) => {
  const tokens = tokensOf(selector);
  const color = (name: string): string => {
    const found = tokens[name];
    if (found === undefined) throw new Error(`${selector} has no --cb-${name}`);
    return found;
  };

  it.each(TEXT.flatMap(([text, grounds]) => grounds.map((ground) => [text, ground] as const)))('%s on %s can be read: at least 4.5', (text, ground) => {
    expect(contrast(color(text), color(ground))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(EDGES.flatMap(([edge, grounds]) => grounds.map((ground) => [edge, ground] as const)))('%s on %s can be seen: at least 3', (edge, ground) => {
    expect(contrast(color(edge), color(ground))).toBeGreaterThanOrEqual(3);
  });
});

describe('the contrast formula', () => {
  it('gives the ratios that WCAG names for black and white', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  });
});
