/** What a load takes over time, asked at growing times and only when it may have changed. */
export interface PowerCurve {
  /** W from this step to the next. */
  powerAt(timeMs: number): number;
  /** The first step at which it may be another; after a call of `powerAt`. */
  readonly nextMs: number;
}

/** From each time until the next one; 0 before the first. Times ascending. */
export function stairCurve(timesMs: ArrayLike<number>, powersW: ArrayLike<number>): PowerCurve {
  let place = 0;
  return {
    powerAt(timeMs) {
      while (place < timesMs.length && (timesMs[place] ?? Infinity) <= timeMs) place += 1;
      return place === 0 ? 0 : (powersW[place - 1] ?? 0);
    },
    get nextMs() {
      return place < timesMs.length ? (timesMs[place] ?? Infinity) : Infinity;
    },
  };
}

export function constantCurve(powerW: number): PowerCurve {
  return { powerAt: () => powerW, nextMs: Infinity };
}

/** Another curve's beginning is put at `fromMs`; nothing before that and from `untilMs` on. */
export function windowedCurve(curve: PowerCurve, fromMs: number, untilMs: number): PowerCurve {
  let nextMs = fromMs;
  return {
    powerAt(timeMs) {
      if (timeMs < fromMs) {
        nextMs = fromMs;
        return 0;
      }
      if (timeMs >= untilMs) {
        nextMs = Infinity;
        return 0;
      }
      const powerW = curve.powerAt(timeMs - fromMs);
      nextMs = Math.min(fromMs + curve.nextMs, untilMs);
      return powerW;
    },
    get nextMs() {
      return nextMs;
    },
  };
}

/** `powerOf` gives the power of one stretch and how long it lasts; the first begins at 0. */
export function stretchCurve(powerOf: (stretch: number) => { readonly powerW: number; readonly durationMs: number }): PowerCurve {
  let stretch = 0;
  let current = powerOf(0);
  let endMs = current.durationMs;
  return {
    powerAt(timeMs) {
      while (timeMs >= endMs) {
        stretch += 1;
        current = powerOf(stretch);
        endMs += current.durationMs;
      }
      return current.powerW;
    },
    get nextMs() {
      return endMs;
    },
  };
}
