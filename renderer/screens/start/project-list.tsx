import type { ProjectSummary } from '../../../core/host-api/contract.ts';
import { Sentence } from '../../components/sentence.tsx';
import { ChevronRight, Folder } from '../../icons/icons.tsx';
import { StateIcon } from '../../icons/state-icon.tsx';
import { useClock } from '../../shell/use-clock.ts';
import { dayText, projectLine } from '../../words/sites.ts';

function Project({ project, nowMs, isLocked, onOpen }: { readonly project: ProjectSummary; readonly nowMs: number; readonly isLocked: boolean; readonly onOpen: () => void }) {
  const state = project.failure !== null ? 'unknown' : project.openFindings > 0 ? 'attention' : 'good';
  return (
    <li>
      <button type="button" className="project" disabled={isLocked || project.failure !== null || project.isOpen} title={project.folder} onClick={onOpen}>
        <StateIcon state={state} />
        <span className="project-words">
          <span className="bold">{project.site?.name ?? project.name}</span>
          <span className="small secondary">
            <Sentence text={project.failure === null ? projectLine(project) : `${projectLine(project)}: ${project.folder}`} />
          </span>
        </span>
        <span className="small secondary num">{project.isOpen ? 'open now' : dayText(project.openedWallMs, nowMs)}</span>
        {project.failure === null && !project.isOpen ? <ChevronRight size={16} /> : null}
      </button>
    </li>
  );
}

export interface ProjectListProps {
  readonly projects: readonly ProjectSummary[];
  readonly canChoose: boolean;
  readonly isLocked: boolean;
  readonly onOpen: (id: string) => void;
  readonly onChoose: () => void;
}

/** Recent projects, the newest first; one that is gone keeps its row. */
export function ProjectList({ projects, canChoose, isLocked, onOpen, onChoose }: ProjectListProps) {
  const nowMs = useClock(60_000);
  return (
    <>
      <div className="start-head">
        <h2>Projects</h2>
        <span className="grow" />
        {canChoose ? (
          <button type="button" className="button compact" disabled={isLocked} onClick={onChoose}>
            <Folder size={16} />
            Open folder
          </button>
        ) : null}
      </div>
      <ul className="panel projects">
        {projects.map((project) => (
          <Project key={project.id} project={project} nowMs={nowMs} isLocked={isLocked} onOpen={() => onOpen(project.id)} />
        ))}
      </ul>
      {canChoose ? null : <p className="small secondary">A project in another folder is opened when the program starts: chargebench serve --project FOLDER</p>}
    </>
  );
}
