import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { checkFileFormat, parsePart } from '../../core/site/file-gate.ts';
import { parseJson } from './project.ts';
import { replaceFile } from './replace-file.ts';

const FILE = 'recent-projects.json';
const FORMAT = { format: 'chargebench-recent-projects', version: 1 } as const;
/** More than fit a screen are forgotten; their folders stay. */
const MOST = 24;

const recentSchema = z.array(z.strictObject({ folder: z.string().min(1), openedWallMs: z.number() }));

export type RecentProject = z.output<typeof recentSchema>[number];

/** The newest first. A list that cannot be read is an empty one: it is a convenience, and the projects themselves are untouched. */
export function readRecentProjects(dataFolder: string): readonly RecentProject[] {
  try {
    const opened = checkFileFormat(parseJson(join(dataFolder, FILE)), FORMAT);
    const parsed = opened.ok ? parsePart(recentSchema, opened.value['projects'], ['projects']) : opened;
    return parsed.ok ? parsed.value : [];
  } catch {
    return [];
  }
}

/** Puts a project at the head of the list. Throws what the system throws. */
export function noteRecentProject(dataFolder: string, project: RecentProject): void {
  const others = readRecentProjects(dataFolder).filter(({ folder }) => folder !== project.folder);
  mkdirSync(dataFolder, { recursive: true });
  replaceFile(join(dataFolder, FILE), `${JSON.stringify({ ...FORMAT, projects: [project, ...others].slice(0, MOST) }, null, 2)}\n`);
}
