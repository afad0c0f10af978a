import { useSyncExternalStore } from 'react';

/** Canvas knows no CSS variables: the tokens that charts draw with, read once per theme. */
export const CHART_TOKENS = [
  'panel', 'sunken', 'line', 'line2', 'ink', 'ink2', 'ink3', 'accent', 'good', 'good-tint', 'attention', 'attention-tint', 'danger', 'danger-tint',
  'unknown', 'unknown-tint', 'l1', 'l2', 'l3', 'e1', 'e2', 'e3', 'e4', 'total', 'other', 'limit-continuous', 'limit-rating',
] as const;

export type Token = (typeof CHART_TOKENS)[number];
export type ChartTheme = Readonly<Record<Token, string>>;

const SCHEME_ATTRIBUTE = 'data-mantine-color-scheme';

function readTheme(): ChartTheme {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(CHART_TOKENS.map((token) => [token, style.getPropertyValue(`--cb-${token}`).trim()])) as Record<Token, string>;
}

let held: { readonly scheme: string | null; readonly theme: ChartTheme } | null = null;

/** The same object as long as the scheme is the same, so that charts redraw only when it changes. */
function currentTheme(): ChartTheme {
  const scheme = document.documentElement.getAttribute(SCHEME_ATTRIBUTE);
  if (held?.scheme !== scheme) held = { scheme, theme: readTheme() };
  return held.theme;
}

function subscribe(onChange: () => void): () => void {
  const observer = new MutationObserver(onChange);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: [SCHEME_ATTRIBUTE] });
  return () => {
    observer.disconnect();
  };
}

export function useChartTheme(): ChartTheme {
  return useSyncExternalStore(subscribe, currentTheme);
}

/** EVSE colours in site order; from the fifth on they repeat. */
export function evseToken(index: number): Token {
  const tokens: readonly Token[] = ['e1', 'e2', 'e3', 'e4'];
  return tokens[index % tokens.length] ?? 'e1';
}

export const PHASE_TOKENS: readonly [Token, Token, Token] = ['l1', 'l2', 'l3'];
