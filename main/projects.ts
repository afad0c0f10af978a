import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { ChargebenchError, failureOf, type Failure } from '../core/errors.ts';
import type { ProjectSummary } from '../core/host-api/contract.ts';
import { validateSite } from '../core/site/validate-site.ts';
import type { SiteKnowledge } from '../core/site/site-knowledge.ts';
import type { Clock } from '../core/time/clock.ts';
import { makeProjectFolder, PROJECT_FILE, projectNameOf, readProject, writeProject } from './files/project.ts';
import { noteRecentProject, readRecentProjects, type RecentProject } from './files/recent-projects.ts';
import { openProject, siteOfTemplate, type OpenedProject } from './open-project.ts';

export interface ProjectsOptions {
  readonly folder: string;
  /** Where this program keeps what belongs to the user. */
  readonly dataFolder: string;
  readonly knowledge: SiteKnowledge;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/** The one project that is open in this host, and those that were. */
export interface Projects {
  readonly current: () => OpenedProject;
  list(): readonly ProjectSummary[];
  /** Throws `not-found`. */
  folderOf(projectId: string): string;
  /** Locks and reads another project beside the open one. Throws as `openProject`; `not-found` where there is none. */
  open(folder: string): OpenedProject;
  /** From now on this one is the open one; the lock of the one before is released. */
  use(project: OpenedProject): void;
  /** A folder of its own with the simulated site of a template in it. Throws `not-found`, `not-writable`. */
  create(template: string): string;
  /** Where a second program on the same project finds this one. */
  readonly setUrl: (url: string) => void;
  close(): void;
}

/** Opens the first project; an empty folder becomes one. Throws as `openProject`. */
export function openProjects({ folder, dataFolder, knowledge, clock, log }: ProjectsOptions): Projects {
  let current = openProject(folder, log);
  let knownUrl: string | null = null;

  const note = (project: OpenedProject): void => {
    try {
      noteRecentProject(dataFolder, { folder: project.folder, openedWallMs: clock.wallMs() });
    } catch (error) {
      log(`The list of projects cannot be written: ${failureOf(error).code}.`);
    }
  };
  note(current);

  return {
    current: () => current,
    list() {
      const recent = readRecentProjects(dataFolder);
      const isListed = recent.some((each) => each.folder === current.folder);
      const all = isListed ? recent : [{ folder: current.folder, openedWallMs: clock.wallMs() }, ...recent];
      return all.map((each) => summaryOf(each, each.folder === current.folder, knowledge));
    },
    folderOf(projectId) {
      const found = readRecentProjects(dataFolder).find((each) => idOf(each.folder) === projectId);
      if (found === undefined) throw new ChargebenchError('not-found', { what: 'project', id: projectId });
      return found.folder;
    },
    open(wanted) {
      const path = resolve(wanted);
      if (!existsSync(join(path, PROJECT_FILE))) throw new ChargebenchError('not-found', { folder: path, file: PROJECT_FILE });
      return openProject(path, log);
    },
    use(project) {
      current.close();
      current = project;
      if (knownUrl !== null) current.setUrl(knownUrl);
      note(current);
    },
    create(template) {
      const site = siteOfTemplate(template);
      const path = makeProjectFolder(freeFolder(join(dataFolder, 'projects'), template));
      writeProject(path, { name: site.name, source: 'simulated', site });
      return path;
    },
    setUrl: (url) => {
      knownUrl = url;
      current.setUrl(url);
    },
    close() {
      current.close();
    },
  };
}

/** Stands for a folder towards the screen, which is never told to open a path. */
const idOf = (folder: string): string => createHash('sha256').update(folder).digest('hex').slice(0, 16);

/** `solar`, `solar-2`, …: the first that is not there. */
function freeFolder(parent: string, name: string): string {
  for (let count = 1; ; count += 1) {
    const path = join(parent, count === 1 ? name : `${name}-${String(count)}`);
    if (!existsSync(path)) return path;
  }
}

function summaryOf({ folder, openedWallMs }: RecentProject, isOpen: boolean, knowledge: SiteKnowledge): ProjectSummary {
  const known = { id: idOf(folder), folder, isOpen, openedWallMs, lastRunWallMs: lastRunMs(folder) };
  try {
    const project = readProject(folder);
    if (project === null) throw new ChargebenchError('not-found', { folder });
    const { name, site, source } = project;
    const openFindings = validateSite(site, knowledge).filter(({ severity, isAccepted }) => severity !== 'info' && !isAccepted).length;
    return { ...known, name, site, source, openFindings, failure: null };
  } catch (error) {
    const { code, context } = failureOf(error);
    const failure: Failure = { code, context };
    return { ...known, name: projectNameOf(folder) || basename(folder), site: null, source: null, openFindings: 0, failure };
  }
}

function lastRunMs(folder: string): number | null {
  try {
    const times = readdirSync(join(folder, 'runs'))
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => statSync(join(folder, 'runs', name)).mtimeMs);
    return times.length === 0 ? null : Math.max(...times);
  } catch {
    return null;
  }
}
