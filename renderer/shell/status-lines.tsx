import { StateIcon } from '../icons/state-icon.tsx';
import { useBench, useBenchHandle } from '../store/use-bench.ts';
import { asText } from '../words/numbers.ts';
import { clockTime, seconds } from '../words/times.ts';
import { useClock } from './use-clock.ts';

function Disconnected() {
  const { connection } = useBenchHandle();
  const { sinceMs, nextAttemptMs } = useBench((state) => state.connection);
  const nowMs = useClock();
  const inS = nextAttemptMs === null ? null : Math.max(0, Math.ceil((nextAttemptMs - nowMs) / 1000));
  return (
    <div className="line-row attention" role="status">
      <StateIcon state="attention" />
      <span>No connection to the host since {clockTime(sinceMs)}. What you see is what was last known; the host goes on by itself.</span>
      <span className="grow" />
      <span className="num">{inS === null ? 'trying now' : `next attempt in ${asText(seconds(inS))}`}</span>
      <button type="button" className="button compact" onClick={() => connection.retry()}>
        Try now
      </button>
    </div>
  );
}

/** Lines under the top bar: nothing lies over the picture. */
export function StatusLines() {
  const isConnected = useBench((state) => state.connection.isConnected);
  const hasBegun = useBench((state) => state.connection.sinceMs > 0 || state.host !== null);
  const isFollowing = useBench(({ host }) => host !== null && !host.leads);
  return (
    <div className="line-under-top">
      {isConnected || !hasBegun ? null : <Disconnected />}
      {isFollowing ? (
        <div className="line-row info" role="status">
          <StateIcon state="now" />
          <span>This window only shows. Another window on the same host leads; close it to lead from here.</span>
        </div>
      ) : null}
    </div>
  );
}
