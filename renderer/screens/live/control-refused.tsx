import type { Failure } from '../../../core/errors.ts';
import type { HostState } from '../../../core/host-api/contract.ts';
import { FailurePanel } from '../../components/failure-panel.tsx';
import { Sentence } from '../../components/sentence.tsx';
import { useViewHandle } from '../../store/view-store.ts';
import { findingSentence } from '../../words/findings.ts';
import { namesOf } from '../../words/names.ts';

/** Why control could not be taken; a finding that stands in the way is said in words and can be gone to. */
export function ControlRefused({ failure, host }: { readonly failure: Failure; readonly host: HostState }) {
  const view = useViewHandle();
  const { rule, about } = failure.context;
  if (rule === undefined) return <FailurePanel failure={failure} />;
  const finding = host.findings.find((each) => each.rule === rule && each.about === (about ?? null));
  return (
    <FailurePanel failure={failure} act={{ label: 'See the finding', run: () => view.show('site') }}>
      {finding === undefined ? null : (
        <p>
          <Sentence text={findingSentence(finding, namesOf(host.site))} />
        </p>
      )}
    </FailurePanel>
  );
}
