import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { ChargebenchError, failureOf } from '../../core/errors.ts';
import { parseJournal, type Journal } from '../../core/runs/parse-journal.ts';
import { restoreScenario } from '../../core/scenarios/restore-scenario.ts';
import { scenarioFromJournal } from '../../core/scenarios/scenario-from-journal.ts';
import { assumptionText } from './assumption-text.ts';
import { GOOD, readArgs, textOfFailure, WRONG_USE, WrongUse, type Io } from './command.ts';

export const FROM_JOURNAL_HELP = `chargebench scenario from-journal FILE.jsonl --out FILE.scenario.json [options]
    Makes a scenario of a recorded run (a project keeps its own under runs/): the site, what its devices were set to, the load as its
    meters told it less the EVSEs, and the vehicles as the EVSEs told them. It can then be played with other settings or controllers.
    What the journal does not tell and is taken for granted is said, line by line.
    --title TEXT       for the reader of the library
    --json             what was made, as one JSON document on standard output`;

export function scenarioFromJournalFile(args: readonly string[], io: Io): number {
  const { values, positionals } = readArgs(args, { out: { type: 'string' }, title: { type: 'string' }, json: { type: 'boolean' } });
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw new WrongUse('scenario from-journal needs one journal');
  const { out } = values;
  if (out === undefined) throw new WrongUse('scenario from-journal needs --out FILE.scenario.json');
  try {
    const journal = readJournal(path);
    const id = idOf(out);
    const made = scenarioFromJournal(journal, { id, title: values.title ?? `From ${basename(path)}` });
    if (!made.ok) throw new ChargebenchError(made.error.code, { file: path, ...made.error.context });
    const restored = restoreScenario(made.value.file);
    if (!restored.ok) throw new ChargebenchError(restored.error.code, { file: path, ...restored.error.context });
    writeNew(out, `${JSON.stringify(made.value.file, null, 1)}\n`);
    const { vehicles, houseLoads, durationS } = restored.value.scenario;
    const { assumptions } = made.value;
    const told = { out, id, durationS, vehicles: vehicles.length, loads: houseLoads.length, unreadLines: journal.brokenAt?.unreadLines ?? 0, assumptions };
    if (values.json === true) io.out(JSON.stringify(told, null, 2));
    else {
      io.out(`${out}: ${durationS} s, ${told.vehicles} vehicles, load on ${told.loads} ${told.loads === 1 ? 'place' : 'places'}`);
      for (const assumption of assumptions) io.out(`assumed  ${assumptionText(assumption)}`);
    }
    if (journal.brokenAt !== null) io.err(`${path} ends at line ${journal.brokenAt.line} (${journal.brokenAt.rule}); ${journal.brokenAt.unreadLines} lines were left out`);
    return GOOD;
  } catch (error) {
    const failure = failureOf(error);
    io.err(`chargebench scenario from-journal: ${textOfFailure(failure)}`);
    if (values.json === true) io.out(JSON.stringify({ error: failure }, null, 2));
    return WRONG_USE;
  }
}

function readJournal(path: string): Journal {
  const parsed = parseJournal(readText(path).split('\n'));
  if (!parsed.ok) throw new ChargebenchError(parsed.error.code, { file: path, ...parsed.error.context });
  return parsed.value;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ChargebenchError('not-found', { file: path }, { cause: error });
  }
}

/** "Bad evening.scenario.json" becomes bad-evening. */
function idOf(path: string): string {
  const name = basename(path).replace(/(\.scenario)?\.json$/i, '');
  const id = name.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 60);
  if (id === '') throw new WrongUse(`--out needs a name with letters or digits, not "${path}"`);
  return id;
}

/** What somebody has edited since is not written over. */
function writeNew(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (error) {
    const { code } = error as { code?: unknown };
    throw new ChargebenchError('not-writable', { path, cause: typeof code === 'string' ? code : String(error) }, { cause: error });
  }
}
