/** Stored settings of an OpenEVSE controller by the keys of its description, over RAPI. The record of writes is the caller's matter. */
import { failure, success, type Result } from '../../errors.ts';
import { readAmmeter, readHeartbeat } from '../../protocols/rapi-values.ts';
import { settled, type RapiDialogue } from './rapi-dialogue.ts';
import type { RapiExchange } from './rapi-exchange.ts';
import { learn, type RapiUnit } from './openevse-rapi-unit.ts';

type Setting = string | number | boolean;

export interface RapiSettingsOptions {
  readonly unit: RapiUnit;
  readonly exchange: RapiExchange;
  readonly nowMs: () => number;
  /** After a write that moves the pilot too. */
  readonly enforce: () => RapiDialogue<Result<null>>;
}

export interface RapiSettingsAccess {
  read(key: string): Promise<Result<Setting>>;
  /** Answers with the value read back; `not-supported` for what RAPI only tells, or must never be told (`$SC n M`). */
  write(key: string, value: Setting): Promise<Result<Setting>>;
}

export function createRapiSettings({ unit, exchange, nowMs, enforce }: RapiSettingsOptions): RapiSettingsAccess {
  const unknown = (key: string): Result<never> => failure('not-supported', { setting: key });

  const asked = async <T>(command: string, read: (tokens: readonly string[]) => Result<T>): Promise<Result<T>> => {
    const answer = await exchange.ask(command);
    if (!answer.ok) return answer;
    return answer.value.isOk ? read(answer.value.tokens) : failure('refused', { command });
  };

  const capacity = async (of: 'minA' | 'hardwareMaxA' | 'configuredMaxA'): Promise<Result<Setting>> => {
    const learned = await settled(learn(unit, '$GC', nowMs), exchange);
    if (!learned.ok) return learned;
    const value = unit.capacity?.[of];
    return value === undefined ? failure('not-found', { command: '$GC' }) : success(value);
  };

  const heartbeat = async (of: 'intervalS' | 'fallbackA'): Promise<Result<Setting>> => {
    const learned = await settled(learn(unit, '$GY', nowMs), exchange);
    if (!learned.ok) return learned.error.code === 'refused' ? unknown(`heartbeat ${of}`) : learned;
    return success(unit.heartbeat?.[of] ?? 0);
  };

  const ammeter = (of: 'scale' | 'offset'): Promise<Result<Setting>> =>
    asked('$GA', (tokens) => {
      const read = readAmmeter(tokens);
      return read.ok ? success(read.value[of]) : read;
    });

  const READERS: Readonly<Record<string, () => Promise<Result<Setting>>>> = {
    max_current_soft: () => capacity('configuredMaxA'),
    max_current_hard: () => capacity('hardwareMaxA'),
    min_current_hard: () => capacity('minA'),
    heartbeat_interval: () => heartbeat('intervalS'),
    heartbeat_current: () => heartbeat('fallbackA'),
    scale: () => ammeter('scale'),
    offset: () => ammeter('offset'),
  };

  /** Without a flag it is stored; the pilot jumps to it as well, so the standing offer is sent again at once. */
  const storeMaximum = async (currentA: number): Promise<Result<null>> => {
    const stored = await asked(`$SC ${String(currentA)}`, () => success(null));
    await settled(learn(unit, '$GC', nowMs, { isUrgent: true }), exchange);
    await settled(enforce(), exchange);
    return stored;
  };

  /** Both figures go together; the other one stays as it is. */
  const arm = async (change: { readonly intervalS?: number; readonly fallbackA?: number }): Promise<Result<null>> => {
    const known = await settled(learn(unit, '$GY', nowMs), exchange);
    if (!known.ok) return known;
    const { intervalS = 0, fallbackA = 0 } = { ...unit.heartbeat, ...change };
    const armed = await exchange.ask(`$SY ${String(intervalS)} ${String(fallbackA)}`);
    if (!armed.ok) return armed;
    const read = readHeartbeat(armed.value);
    if (!read.ok) return read;
    unit.heartbeat = read.value;
    await settled(learn(unit, '$GC', nowMs, { isUrgent: true }), exchange);
    await settled(enforce(), exchange);
    return success(null);
  };

  const WRITERS: Readonly<Record<string, (value: number) => Promise<Result<null>>>> = {
    max_current_soft: storeMaximum,
    heartbeat_interval: (intervalS) => arm({ intervalS }),
    heartbeat_current: (fallbackA) => arm({ fallbackA }),
  };

  const read = (key: string): Promise<Result<Setting>> => (Object.hasOwn(READERS, key) ? READERS[key]?.() : undefined) ?? Promise.resolve(unknown(key));

  return {
    read,
    async write(key, value) {
      const writer = Object.hasOwn(WRITERS, key) ? WRITERS[key] : undefined;
      if (writer === undefined) return unknown(key);
      if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 65_535) return failure('invalid-argument', { setting: key, value });
      const written = await writer(value);
      return written.ok ? read(key) : written;
    },
  };
}
