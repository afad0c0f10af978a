import './start.css';
import { useEffect, useState } from 'react';
import type { ProjectSummary, TemplateSummary } from '../../../core/host-api/contract.ts';
import type { Failure } from '../../../core/errors.ts';
import { FailurePanel } from '../../components/failure-panel.tsx';
import { useBench, useBenchHandle } from '../../store/use-bench.ts';
import { useView, useViewHandle } from '../../store/view-store.ts';
import { Hero } from './hero.tsx';
import { ProjectList } from './project-list.tsx';
import { TemplateTiles } from './template-tiles.tsx';

interface Offered {
  readonly projects: readonly ProjectSummary[];
  readonly templates: readonly TemplateSummary[];
  readonly failure: Failure | null;
}

const NOTHING: Offered = { projects: [], templates: [], failure: null };

/** Asked anew whenever another project is open. */
function useOffered(): Offered {
  const { api } = useBenchHandle().connection;
  const folder = useBench(({ host }) => host?.project?.folder ?? null);
  const isConnected = useBench(({ connection }) => connection.isConnected);
  const [offered, setOffered] = useState(NOTHING);
  useEffect(() => {
    if (!isConnected) return;
    let isGone = false;
    void Promise.all([api.listProjects(), api.listTemplates()]).then(([projects, templates]) => {
      if (isGone) return;
      const failure = projects.ok ? (templates.ok ? null : templates.error) : projects.error;
      setOffered({ projects: projects.ok ? projects.value : [], templates: templates.ok ? templates.value : [], failure });
    });
    return () => {
      isGone = true;
    };
  }, [api, folder, isConnected]);
  return offered;
}

/** From nothing to a living site in one click. */
export function StartScreen() {
  const view = useViewHandle();
  const host = useBench((state) => state.host);
  const opening = useView((state) => state.openSite);
  const { projects, templates, failure } = useOffered();
  const isLocked = host?.leads !== true || opening.kind === 'running';
  return (
    <div className="start">
      <div className="start-main" data-column tabIndex={-1}>
        <Hero project={projects[0] ?? null} isLocked={isLocked} />
        {opening.kind === 'running' ? <p role="status">Opening: the site before is left in order first.</p> : null}
        {opening.kind === 'failed' ? <FailurePanel failure={opening.failure} /> : null}
        {failure === null ? null : <FailurePanel failure={failure} />}
        <TemplateTiles templates={templates} isLocked={isLocked} onChoose={(id) => void view.createProject(id)} />
      </div>
      <aside className="start-side" data-column tabIndex={-1} aria-label="Projects">
        <ProjectList projects={projects} canChoose={host?.canChooseFolder === true} isLocked={isLocked} onOpen={(id) => void view.openProject(id)} onChoose={() => void view.chooseProject()} />
      </aside>
    </div>
  );
}
