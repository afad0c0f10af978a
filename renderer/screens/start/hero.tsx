import type { ProjectSummary } from '../../../core/host-api/contract.ts';
import { SiteSketch } from '../../diagram/site-sketch.tsx';
import { Sentence } from '../../components/sentence.tsx';
import { PlayFilled, Pulse } from '../../icons/icons.tsx';
import { TRY_TEMPLATE } from '../../shell/site-menu.tsx';
import { useClock } from '../../shell/use-clock.ts';
import { useViewHandle } from '../../store/view-store.ts';
import { dayText, projectLine, siteFacts } from '../../words/sites.ts';

function Try({ isLocked }: { readonly isLocked: boolean }) {
  const view = useViewHandle();
  return (
    <section className="panel hero" aria-labelledby="screen-title">
      <div className="hero-words">
        <h1 id="screen-title">Will the breaker hold?</h1>
        <p className="secondary">Starts two EVSEs, a meter and a 50 A breaker as simulated devices that speak their real protocols, and plays what can go wrong.</p>
        <button type="button" className="button primary big" disabled={isLocked} onClick={() => void view.createProject(TRY_TEMPLATE)}>
          <PlayFilled />
          Try without hardware
        </button>
        <p className="small muted">Nothing outside this computer is touched.</p>
      </div>
    </section>
  );
}

/** The newest project takes the place of the first try. */
export function Hero({ project, isLocked }: { readonly project: ProjectSummary | null; readonly isLocked: boolean }) {
  const view = useViewHandle();
  const nowMs = useClock(60_000);
  if (project === null || project.site === null) return <Try isLocked={isLocked} />;
  const { site, lastRunWallMs } = project;
  return (
    <section className="panel hero" aria-labelledby="screen-title">
      <div className="hero-words">
        <h1 id="screen-title">{site.name}</h1>
        <p className="secondary">
          <Sentence text={`${siteFacts(site)}. ${lastRunWallMs === null ? 'Nothing recorded yet' : `Last run ${dayText(lastRunWallMs, nowMs)}`}; ${projectLine(project)}.`} />
        </p>
        <div className="hero-acts">
          {project.isOpen ? (
            <button type="button" className="button primary big" onClick={() => view.show('live')}>
              <Pulse />
              Show it live
            </button>
          ) : (
            <button type="button" className="button primary big" disabled={isLocked} onClick={() => void view.openProject(project.id)}>
              Open
            </button>
          )}
          {project.openFindings > 0 && project.isOpen ? (
            <button type="button" className="button" onClick={() => view.show('site')}>
              See the findings
            </button>
          ) : null}
        </div>
      </div>
      <SiteSketch site={site} />
    </section>
  );
}
