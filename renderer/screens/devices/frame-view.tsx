import type { TrafficEntry } from '../../../core/host-api/bench-devices.ts';
import { decimal, asText } from '../../words/numbers.ts';
import { faultText, frameTime, titleText } from '../../words/traffic.ts';
import { askedBefore, framePartsOf } from './frame-parts.ts';

function about(entry: TrafficEntry, byteCount: number): string {
  const unit = entry.unitId === null ? [] : [`unit ${entry.unitId}`];
  const latency = entry.latencyMs === null ? [] : [`${asText({ value: decimal(entry.latencyMs, 0), unit: 'ms' })} after the question`];
  const whose = entry.isOurs ? [] : ['overheard, not ours'];
  // A frame that nothing is known of is called by its length already.
  const title = /^\d+ bytes$/.test(entry.title) ? [] : [titleText(entry.title)];
  return [...title, ...unit, ...(byteCount > 0 ? [`${byteCount} bytes`] : []), ...latency, ...whose].join(', ');
}

/** The chosen frame, field by field and byte by byte. */
export function FrameView({ entry, entries, clock }: { readonly entry: TrafficEntry | null; readonly entries: readonly TrafficEntry[]; readonly clock: (wallMs: number) => string }) {
  if (entry === null) {
    return (
      <section className="frame-view" aria-label="Chosen frame">
        <p className="small secondary">Choose a frame to see what each of its bytes says.</p>
      </section>
    );
  }
  const parts = framePartsOf(entry, askedBefore(entry, entries));
  const byteCount = entry.protocol === 'p1' ? entry.hex.length : entry.hex === '' ? 0 : entry.hex.split(' ').length;
  return (
    <section className="frame-view" aria-label="Chosen frame" tabIndex={0}>
      <p className="frame-about">
        <b>Frame at {frameTime(entry.wallMs, clock)}</b> <span className="secondary">{about(entry, byteCount)}</span>
      </p>
      {entry.fault === null ? null : <p className="frame-fault">{faultText(entry.fault)}</p>}
      {parts.length === 0 ? (
        <p className="small secondary">Its bytes were not kept.</p>
      ) : (
        <ol className={entry.protocol === 'p1' ? 'frame-parts lines' : 'frame-parts'}>
          {parts.map((part, index) => (
            <li key={index} className={`frame-part part-${part.kind}`} {...(part.place === null ? {} : { title: part.place })}>
              <span className="mono">{part.bytes}</span>
              <span className="small">{part.meaning}</span>
              {part.place === null ? null : <span className="small mono part-place">{part.place}</span>}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
