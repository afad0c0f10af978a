// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { App } from '../../app.tsx';
import { fakeHost } from '../../host/fake-host.ts';

/** What the browser was asked to save: name and content. */
let saved: { name: string; blob: Blob }[];

beforeEach(() => {
  localStorage.clear();
  location.hash = '#/scenarios';
  saved = [];
  const blobs = new Map<string, Blob>();
  vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
    const address = `blob:${blobs.size}`;
    blobs.set(address, blob as Blob);
    return address;
  });
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function click(this: HTMLAnchorElement) {
    const blob = blobs.get(this.href);
    if (blob !== undefined) saved.push({ name: this.download, blob });
  });
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

async function save(item: RegExp): Promise<{ readonly name: string; readonly type: string; readonly text: string }> {
  render(<App connection={fakeHost()} />);
  await screen.findByRole('heading', { level: 1, name: 'Primary starts while secondary charges' });
  fireEvent.click(within(screen.getByRole('radiogroup', { name: 'Controller' })).getByLabelText('Devices'));
  fireEvent.click(screen.getByRole('button', { name: 'Compare' }));
  await waitFor(() => expect(screen.getByRole('button', { name: 'Compare' }).getAttribute('aria-pressed')).toBe('true'));
  fireEvent.click(screen.getByRole('button', { name: 'Export' }));
  fireEvent.click(await screen.findByRole('menuitem', { name: item }));
  await waitFor(() => expect(saved).toHaveLength(1));
  const [file] = saved;
  if (file === undefined) throw new Error('nothing was saved');
  return { name: file.name, type: file.blob.type, text: await file.blob.text() };
}

describe('a run goes out', () => {
  it('as a table of every value, with the unit in each heading', async () => {
    const { name, type, text } = await save(/CSV/);
    expect([name, type]).toEqual(['primary-starts-second-device.csv', 'text/csv']);
    const lines = text.trimEnd().split('\r\n');
    const headings = lines[0]?.split(',') ?? [];
    expect(headings.every((heading) => /\((s|A|ratio)\)$/.test(heading))).toBe(true);
    expect(lines).toHaveLength(1802);
    expect(lines[614]?.split(',')[headings.indexOf('ev circuit-current l1 (A)')]).toBe('52');
  });

  it('as a drawing of what is shown: title, verdict, both runs by name and look, limits by name', async () => {
    const { name, type, text } = await save(/SVG/);
    expect([name, type]).toEqual(['primary-starts-second-device.svg', 'image/svg+xml']);
    const drawing = new DOMParser().parseFromString(text, 'image/svg+xml');
    expect(drawing.querySelector('parsererror')).toBeNull();
    const words = [...drawing.querySelectorAll('text')].map(({ textContent }) => textContent);
    expect(words[0]).toBe('Primary starts while secondary charges: Holds');
    expect(words[1]).toContain('The devices themselves.');
    expect(words[1]).toContain('Dotted: Chargebench.');
    expect(words).toEqual(expect.arrayContaining(['EV circuit', 'Primary', 'Secondary', '50\u2009A breaker rating', '40\u2009A continuous limit']));
    const dashes = [...drawing.querySelectorAll('[stroke-dasharray]')].map((line) => line.getAttribute('stroke-dasharray'));
    expect(dashes).toEqual(expect.arrayContaining(['1.5 4', '7 4']));
  });
});
