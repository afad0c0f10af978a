import { Checkbox, NumberInput } from '@mantine/core';
import { useState } from 'react';
import type { Failure } from '../../../core/errors.ts';
import type { HandOffer } from '../../../core/host-api/bench-devices.ts';
import type { HostState } from '../../../core/host-api/contract.ts';
import type { Evse } from '../../../core/site/site.ts';
import { FailurePanel } from '../../components/failure-panel.tsx';
import { Sentence } from '../../components/sentence.tsx';
import { StateIcon } from '../../icons/state-icon.tsx';
import { useBenchHandle } from '../../store/use-bench.ts';
import { offerAfter, offerBefore, offerLock, offerText } from '../../words/devices.ts';
import type { DeviceNow } from './device-now.ts';

interface Asked {
  readonly answer: HandOffer | null;
  readonly failure: Failure | null;
}

/** 0 pauses; never a current between 0 and the minimum. */
function legalOffer(currentA: number, evse: Evse): number {
  return currentA > 0 && currentA < evse.minCurrentA ? evse.minCurrentA : currentA;
}

/** An offer to one EVSE by hand: refused while this program controls; what moves is said before and ticked. */
export function OfferForm({ now, evse, host }: { readonly now: DeviceNow; readonly evse: Evse; readonly host: HostState }) {
  const { api } = useBenchHandle().connection;
  const [wantedA, setWantedA] = useState(evse.minCurrentA);
  const [isAgreed, setAgreed] = useState(false);
  const [isRunning, setRunning] = useState(false);
  const [asked, setAsked] = useState<Asked>({ answer: null, failure: null });
  const lock = offerLock(host, now.device);
  const currentA = legalOffer(wantedA, evse);
  const { name } = evse;
  const ask = async (): Promise<void> => {
    setRunning(true);
    const answer = await api.offerByHand({ evseId: evse.id, currentA });
    setRunning(false);
    setAgreed(false);
    setAsked(answer.ok ? { answer: answer.value, failure: null } : { answer: null, failure: answer.error });
  };
  return (
    <section className="panel hand-panel" aria-label={`Offer to ${name} by hand`}>
      <h2>Offer by hand</h2>
      {lock === null ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (isAgreed) void ask();
          }}
        >
          <p className="secondary">
            <Sentence text={offerBefore(name, currentA, evse.stepA, evse.failSafeCurrentA)} />
          </p>
          <div className="hand-row">
            <NumberInput label="Current per phase" description={`0 pauses, else ${evse.minCurrentA} to ${Math.min(evse.ratingA, evse.configuredMaxA)} A`} suffix=" A" min={0} max={Math.min(evse.ratingA, evse.configuredMaxA)} step={Math.max(1, evse.stepA)} decimalScale={evse.stepA < 1 ? 1 : 0} clampBehavior="strict" allowNegative={false} value={wantedA} onChange={(value) => setWantedA(Number(value) || 0)} />
            <Checkbox label={currentA === 0 ? `${name} may pause` : `${name} may start, or change what it draws`} checked={isAgreed} onChange={(event) => setAgreed(event.currentTarget.checked)} />
            <button type="submit" className="button" disabled={!isAgreed || isRunning}>
              {currentA === 0 ? `Pause ${name}` : `Offer ${offerText(currentA, evse.stepA)} to ${name}`}
            </button>
          </div>
        </form>
      ) : (
        <p className="lock-line">
          <StateIcon state="attention" />
          {lock}
        </p>
      )}
      <div aria-live="polite">
        {asked.answer === null ? null : (
          <p className="bold">
            <Sentence text={offerAfter(name, asked.answer.requestedA, asked.answer.readBackA, evse.stepA)} />
          </p>
        )}
      </div>
      {asked.failure === null ? null : <FailurePanel failure={asked.failure} />}
    </section>
  );
}
