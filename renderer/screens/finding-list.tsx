import { useState } from 'react';
import type { FindingRef, SiteFinding } from '../../core/host-api/contract.ts';
import type { Site } from '../../core/site/site.ts';
import { FailurePanel } from '../components/failure-panel.tsx';
import { Sentence } from '../components/sentence.tsx';
import { StateIcon } from '../icons/state-icon.tsx';
import { useAsk } from '../store/use-ask.ts';
import { useBench, useBenchHandle } from '../store/use-bench.ts';
import { ACCEPT_SAYS, cureSentence, findingSentence } from '../words/findings.ts';
import { namesOf } from '../words/names.ts';
import { AcceptForm } from './accept-form.tsx';

const STATES = { error: 'danger', attention: 'attention', info: 'now' } as const;

/** What the acceptance of a finding is written for: the circuit it is about, else the rule wherever it holds. */
function refOf({ rule, about }: SiteFinding, site: Site | null): FindingRef {
  return { finding: rule, circuitId: site?.circuits.find(({ id }) => id === about)?.id ?? null };
}

/** The written acceptance that covers a finding: its own, else that of the rule. */
function acceptanceOf(finding: SiteFinding, site: Site | null): Site['policy']['acceptances'][number] | null {
  const sameRule = site?.policy.acceptances.filter((each) => each.finding === finding.rule) ?? [];
  return sameRule.find(({ circuitId }) => circuitId === finding.about) ?? sameRule.find(({ circuitId }) => circuitId === undefined) ?? null;
}

function Finding({ finding, site, isLocked }: { readonly finding: SiteFinding; readonly site: Site | null; readonly isLocked: boolean }) {
  const { api } = useBenchHandle().connection;
  const { ask, failure, isRunning } = useAsk();
  const [isAccepting, setAccepting] = useState(false);
  const acceptance = finding.isAccepted ? acceptanceOf(finding, site) : null;
  const sentence = findingSentence(finding, namesOf(site));
  return (
    <li>
      <StateIcon state={finding.isAccepted ? 'good' : STATES[finding.severity]} />
      <div className="grow">
        <div>
          <Sentence text={sentence} />
        </div>
        <div className="small secondary">
          <Sentence text={cureSentence(finding) ?? ''} />
        </div>
        {acceptance === null ? null : <p className="small accepted">Accepted in writing: “{acceptance.reason}”</p>}
        {isAccepting ? (
          <AcceptForm
            isRunning={isRunning}
            onAccept={(reason) => void ask(() => api.acceptFinding({ ...refOf(finding, site), reason })).then((isDone) => setAccepting(!isDone))}
            onClose={() => setAccepting(false)}
          />
        ) : null}
        {failure === null ? null : <FailurePanel failure={failure} />}
        <span className="mono muted">{finding.path}</span>
      </div>
      {finding.severity === 'attention' && !finding.isAccepted && !isAccepting ? (
        <button type="button" className="button compact" disabled={isLocked} onClick={() => setAccepting(true)}>
          Accept…<span className="visually-hidden"> {sentence}</span>
        </button>
      ) : null}
      {acceptance === null ? null : (
        <button type="button" className="button compact quiet" disabled={isLocked || isRunning} onClick={() => void ask(() => api.withdrawAcceptance({ finding: acceptance.finding, circuitId: acceptance.circuitId ?? null }))}>
          Withdraw<span className="visually-hidden"> the acceptance: {sentence}</span>
        </button>
      )}
    </li>
  );
}

/** What was found wrong with the site, what cures it, and what a person answers for in writing. */
export function FindingList({ findings }: { readonly findings: readonly SiteFinding[] }) {
  const site = useBench(({ host }) => host?.site ?? null);
  const isLocked = useBench(({ host, connection }) => host?.leads !== true || !connection.isConnected);
  const source = useBench(({ host }) => host?.source ?? 'simulated');
  return (
    <section className="findings" aria-labelledby="findings-title">
      <h2 id="findings-title">Findings</h2>
      <p className="small secondary">{ACCEPT_SAYS[source === 'hardware' ? 'hardware' : 'simulated']}</p>
      <ul className="panel device-list">
        {findings.map((finding) => (
          <Finding key={`${finding.rule} ${finding.path}`} finding={finding} site={site} isLocked={isLocked} />
        ))}
      </ul>
    </section>
  );
}
