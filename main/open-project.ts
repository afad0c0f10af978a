import { join } from 'node:path';
import { ChargebenchError } from '../core/errors.ts';
import { templateSite } from '../core/site/list-templates.ts';
import type { Site } from '../core/site/site.ts';
import { lockProject } from './files/project-lock.ts';
import { makeProjectFolder, projectNameOf, readProject, writeProject, type Project } from './files/project.ts';

/** What a newcomer sees: everything simulated. */
export const FIRST_TEMPLATE = 'two-evses-one-breaker';

export interface OpenedProject {
  readonly folder: string;
  readonly name: string;
  readonly runsFolder: string;
  /** As it stands in the file now. */
  current(): Project;
  save(change: Pick<Project, 'source' | 'site'>): void;
  readonly setUrl: (url: string) => void;
  readonly close: () => void;
}

/**
 * Opens a project for this process alone; an empty folder becomes one with the simulated two-EVSE site. Throws
 * already-open, invalid-file, newer-version or not-writable; nothing is changed then.
 */
export function openProject(wanted: string, log: (line: string) => void): OpenedProject {
  const folder = makeProjectFolder(wanted);
  const lock = lockProject(folder);
  try {
    let project = readProject(folder) ?? firstProject(folder, log);
    return {
      folder,
      name: project.name,
      runsFolder: join(folder, 'runs'),
      current: () => project,
      save(change) {
        const next = { ...project, ...change };
        writeProject(folder, next);
        project = next;
      },
      setUrl: lock.setUrl,
      close: lock.release,
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function firstProject(folder: string, log: (line: string) => void): Project {
  const project: Project = { name: projectNameOf(folder), source: 'simulated', site: siteOfTemplate(FIRST_TEMPLATE) };
  writeProject(folder, project);
  log(`New project in ${folder}.`);
  return project;
}

/** Throws `not-found`. */
export function siteOfTemplate(name: string): Site {
  const site = templateSite(name);
  if (!site.ok) throw new ChargebenchError(site.error.code, site.error.context);
  return site.value;
}
