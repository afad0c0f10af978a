const BUCKETS = 60;
const BUCKET_MS = 60_000;

/** Mean current of the last hour, to the minute. */
export interface HourMean {
  add(currentA: number, durationMs: number): void;
  meanA(): number;
}

/** `priorA` stands for all time before the first value. */
export function createHourMean(priorA: number): HourMean {
  const buckets = new Float64Array(BUCKETS).fill(priorA * BUCKET_MS);
  let sum = priorA * BUCKET_MS * BUCKETS;
  let next = 0;
  let open = 0;
  let openMs = 0;

  const closeBucket = (): void => {
    sum += open - (buckets[next] ?? 0);
    buckets[next] = open;
    next = (next + 1) % BUCKETS;
    open = 0;
    openMs = 0;
  };

  return {
    add(currentA, durationMs) {
      let leftMs = durationMs;
      while (openMs + leftMs >= BUCKET_MS) {
        const usedMs = BUCKET_MS - openMs;
        open += currentA * usedMs;
        leftMs -= usedMs;
        closeBucket();
      }
      open += currentA * leftMs;
      openMs += leftMs;
    },
    meanA: () => (sum + open) / (BUCKETS * BUCKET_MS + openMs),
  };
}
