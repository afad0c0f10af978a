import { Textarea } from '@mantine/core';
import { useState } from 'react';

/** What the host takes at least. */
const SHORTEST = 3;

/** Who accepts a finding says why: the reason stands in the site and in the report. */
export function AcceptForm({ isRunning, onAccept, onClose }: { readonly isRunning: boolean; readonly onAccept: (reason: string) => void; readonly onClose: () => void }) {
  const [reason, setReason] = useState('');
  const isSaid = reason.trim().length >= SHORTEST;
  return (
    <form
      className="accept-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (isSaid) onAccept(reason.trim());
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onClose();
      }}
    >
      <Textarea autoFocus label="Why this can be answered for" description="It stands in the site’s file and in the report." maxLength={500} rows={2} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
      <div className="limit-acts">
        <button type="submit" className="button compact" disabled={!isSaid || isRunning}>
          Accept in writing
        </button>
        <button type="button" className="button compact quiet" onClick={onClose}>
          Cancel
        </button>
      </div>
    </form>
  );
}
