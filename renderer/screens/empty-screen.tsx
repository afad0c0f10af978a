import { useBench } from '../store/use-bench.ts';
import { useViewHandle, type ScreenName } from '../store/view-store.ts';
import { SCREEN_WORDS } from '../words/screens.ts';
import { FindingList } from './finding-list.tsx';

/** A screen that is not built yet: what will be here, and what can be done now. */
export function EmptyScreen({ screen }: { readonly screen: ScreenName }) {
  const view = useViewHandle();
  const findings = useBench(({ host }) => host?.findings);
  const { title, empty } = SCREEN_WORDS[screen];
  return (
    <section className="empty" data-column tabIndex={-1} aria-labelledby="screen-title">
      <h1 id="screen-title">{title}</h1>
      {empty === null ? null : (
        <>
          <p>
            {empty.willBe} {empty.now}
          </p>
          <button type="button" className="button" onClick={() => view.show(empty.act)}>
            Open {SCREEN_WORDS[empty.act].title}
          </button>
        </>
      )}
      {screen === 'site' && findings !== undefined && findings.length > 0 ? <FindingList findings={findings} /> : null}
    </section>
  );
}
