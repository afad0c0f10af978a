// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { isTaken, keyName } from './use-keys.ts';

const press = (key: string, more: KeyboardEventInit = {}): string => keyName(new KeyboardEvent('keydown', { key, ...more }));

describe('keys', () => {
  it('are named as they are bound', () => {
    expect(press(' ')).toBe('Space');
    expect(press('W')).toBe('w');
    expect(press('?', { shiftKey: true })).toBe('?');
    expect(press('+', { shiftKey: true })).toBe('+');
    expect(press('ArrowLeft', { shiftKey: true })).toBe('Shift+ArrowLeft');
    expect(press('X', { ctrlKey: true, shiftKey: true })).toBe('Ctrl+Shift+x');
    expect(press('k', { metaKey: true })).toBe('Ctrl+k');
    expect(press('F6', { shiftKey: true })).toBe('Shift+F6');
  });

  it('stay with the control that needs them', () => {
    document.body.innerHTML = '<input id="text" type="search"><button id="button">x</button><div role="radiogroup"><input id="radio" type="radio"></div><div id="slider" role="slider"></div><div id="cursor" role="slider" data-screen-arrows></div><p id="free"></p>';
    const at = (id: string) => document.getElementById(id);
    expect(isTaken(at('text'), 'w')).toBe(true);
    expect(isTaken(at('text'), 'ArrowLeft')).toBe(true);
    expect(isTaken(at('text'), 'Escape')).toBe(false);
    expect(isTaken(at('text'), 'Ctrl+Shift+x')).toBe(false);
    expect(isTaken(at('button'), 'Space')).toBe(true);
    expect(isTaken(at('button'), 'w')).toBe(false);
    expect(isTaken(at('radio'), 'ArrowRight')).toBe(true);
    expect(isTaken(at('slider'), 'ArrowRight')).toBe(true);
    expect(isTaken(at('cursor'), 'ArrowRight')).toBe(false);
    expect(isTaken(at('free'), 'Space')).toBe(false);
  });
});
