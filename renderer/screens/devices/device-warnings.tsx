import type { LinkSummary, TrafficEntry } from '../../../core/host-api/bench-devices.ts';
import { FailurePanel } from '../../components/failure-panel.tsx';
import { StateIcon } from '../../icons/state-icon.tsx';
import { FOREIGN_WORDS, LISTENER_WORDS, wrongUnitText } from '../../words/devices.ts';
import type { DeviceNow } from './device-now.ts';

function Warning({ text, act }: { readonly text: string; readonly act?: { readonly label: string; readonly run: () => void } }) {
  return (
    <div className="failure mild" role="status">
      <StateIcon state="attention" size={20} />
      <div>
        <p>{text}</p>
        {act === undefined ? null : (
          <div className="failure-acts">
            <button type="button" className="button compact" onClick={act.run}>
              {act.label}
            </button>
          </div>
        )}
      </div>
    </div>
  );
}

/** A unit that was asked often and never said anything: its address is the first suspect. */
function neverAnswered({ device }: DeviceNow, link: LinkSummary | null): boolean {
  const unit = link?.load?.units.find(({ unitId }) => `unit ${unitId}` === device.address);
  return unit !== undefined && unit.answers === 0 && unit.timeouts > 0;
}

interface WarningsProps {
  readonly now: DeviceNow;
  readonly link: LinkSummary | null;
  readonly heard: readonly TrafficEntry[];
  /** Units on this link that stand in no place of the site. */
  readonly strangers: readonly number[];
  readonly onScan: () => void;
}

/** What is wrong with the device or its link, each with what to do; nothing where all is well. */
export function DeviceWarnings({ now, link, heard, strangers, onScan }: WarningsProps) {
  const { unreachable, lastRejection, answers } = now.device;
  const isForeign = heard.some(({ isOurs }) => !isOurs);
  const isListening = isForeign && link?.load?.total.requests === 0;
  return (
    <>
      {unreachable === null ? null : <FailurePanel failure={unreachable} />}
      {link?.failure == null ? null : <FailurePanel failure={link.failure} />}
      {!answers && lastRejection !== null && unreachable === null && link?.failure == null ? <FailurePanel failure={lastRejection} /> : null}
      {isForeign ? <Warning text={isListening ? LISTENER_WORDS : FOREIGN_WORDS} /> : null}
      {neverAnswered(now, link) ? <Warning text={wrongUnitText(now.device.address, strangers)} act={{ label: 'Scan this link', run: onScan }} /> : null}
    </>
  );
}
