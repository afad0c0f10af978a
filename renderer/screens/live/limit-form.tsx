import { NumberInput } from '@mantine/core';
import { useState } from 'react';
import { asText, limit } from '../../words/numbers.ts';
import { LIMIT_SPANS } from '../../words/wishes.ts';
import type { Names } from '../../words/names.ts';

export interface LimitFormProps {
  /** Whom the limit is for, in words. */
  readonly about: string;
  readonly startA: number;
  readonly mostA: number;
  readonly stepA: number;
  /** UTC on the clock of the host. */
  readonly nowWallMs: number;
  readonly names: Names;
  readonly isRunning: boolean;
  readonly onSet: (currentA: number, untilWallMs: number | null) => void;
  readonly onClose: () => void;
}

/** A current that is not passed until a time: the button says both before anything is asked for. */
export function LimitForm({ about, startA, mostA, stepA, nowWallMs, names, isRunning, onSet, onClose }: LimitFormProps) {
  const [currentA, setCurrentA] = useState(startA);
  const [spanKey, setSpanKey] = useState('2h');
  const durationMs = LIMIT_SPANS.find(({ key }) => key === spanKey)?.durationMs ?? null;
  const untilWallMs = durationMs === null ? null : nowWallMs + durationMs;
  const until = untilWallMs === null ? 'until taken back' : `until ${names.clock(untilWallMs)}`;
  return (
    <form
      className="limit-form"
      aria-label={`Limit for ${about}`}
      onSubmit={(event) => {
        event.preventDefault();
        onSet(currentA, untilWallMs);
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onClose();
      }}
    >
      <NumberInput
        data-autofocus
        autoFocus
        label="Not above"
        suffix=" A"
        min={0}
        max={mostA}
        step={stepA}
        clampBehavior="strict"
        allowNegative={false}
        value={currentA}
        onChange={(value) => setCurrentA(Number(value) || 0)}
      />
      <label className="field">
        <span>For</span>
        <select value={spanKey} onChange={(event) => setSpanKey(event.currentTarget.value)}>
          {LIMIT_SPANS.map(({ key, text }) => (
            <option key={key} value={key}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <div className="limit-acts">
        <button type="submit" className="button compact" disabled={isRunning}>
          Limit to {asText(limit(currentA))} {until}
        </button>
        <button type="button" className="button compact quiet" onClick={onClose}>
          Cancel
        </button>
      </div>
    </form>
  );
}
