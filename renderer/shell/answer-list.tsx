import type { EvseAnswer } from '../../core/host-api/contract.ts';
import { Sentence } from '../components/sentence.tsx';
import { StateIcon } from '../icons/state-icon.tsx';
import { useBench } from '../store/use-bench.ts';
import { answerSentence } from '../words/answers.ts';

export function AnswerList({ answers }: { readonly answers: readonly EvseAnswer[] }) {
  const evses = useBench(({ host }) => host?.site?.evses);
  return (
    <ul className="sheet-list">
      {answers.map((answer) => (
        <li key={answer.evseId}>
          <StateIcon state={answer.ok ? 'good' : 'danger'} />
          <span className="bold">{answer.name}</span>
          <span className={answer.ok ? 'state-good small' : 'state-danger small'}>{answer.ok ? 'confirmed' : 'not confirmed'}</span>
          <span className="small secondary">
            <Sentence text={answerSentence(answer, evses?.find(({ id }) => id === answer.evseId)?.stepA ?? 1)} />
          </span>
        </li>
      ))}
    </ul>
  );
}
