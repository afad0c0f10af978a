/** Light, dark or the system's: set before anything is drawn, by this script, because the policy allows none in the page. */
export const SCHEME_KEY = 'chargebench-color-scheme';

export function applyScheme(): void {
  const chosen = localStorage.getItem(SCHEME_KEY);
  const isDark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', isDark ? 'dark' : 'light');
}
