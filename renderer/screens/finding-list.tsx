import type { SiteFinding } from '../../core/host-api/contract.ts';
import { Sentence } from '../components/sentence.tsx';
import { StateIcon } from '../icons/state-icon.tsx';
import { useBench } from '../store/use-bench.ts';
import { cureSentence, findingSentence } from '../words/findings.ts';
import { namesOf } from '../words/names.ts';

const STATES = { error: 'danger', attention: 'attention', info: 'now' } as const;

export function FindingList({ findings }: { readonly findings: readonly SiteFinding[] }) {
  const site = useBench(({ host }) => host?.site ?? null);
  const names = namesOf(site);
  return (
    <ul className="panel device-list">
      {findings.map((finding) => (
        <li key={`${finding.rule} ${finding.path}`}>
          <StateIcon state={finding.isAccepted ? 'good' : STATES[finding.severity]} />
          <div className="grow">
            <Sentence text={findingSentence(finding, names)} />
            <div className="small secondary">
              {finding.isAccepted ? 'Accepted in writing. ' : ''}
              <Sentence text={cureSentence(finding) ?? ''} />
            </div>
          </div>
          <span className="mono muted">{finding.path}</span>
        </li>
      ))}
    </ul>
  );
}
