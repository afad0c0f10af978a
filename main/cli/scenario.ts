import { scenarioJsonSchema, siteJsonSchema } from '../../core/scenarios/json-schema.ts';
import { CONTROLLER_SETTINGS } from '../../hardware-sims/firmware/controller-settings.ts';
import { GOOD, readArgs, WrongUse, type Command, type Io } from './command.ts';
import { FROM_JOURNAL_HELP, scenarioFromJournalFile } from './from-journal.ts';
import { DATA_HELP } from './open-scenario.ts';
import { compareControllers } from './scenario-compare.ts';
import { deleteScenarios } from './scenario-delete.ts';
import { listScenarios } from './scenario-list.ts';
import { runScenarios } from './scenario-run.ts';
import { SWEEP_HELP, sweepScenario } from './sweep.ts';

export const scenarioCommand: Command = {
  summary: 'list, play, compare and sweep scenarios',
  help: `chargebench scenario list [--json]
    The scenarios that come with the program, then your own: those that the screen keeps.
    An ID is looked for among the former, then among the latter; a name with a dot or a slash in it is a FILE. For all of these:
${DATA_HELP}

chargebench scenario delete ID… [--json]
    Deletes own scenarios. Each is put aside below their folder, where the newest of its name stays.

chargebench scenario run ID|FILE… [options]
    Plays scenarios and judges them by their expectations. Exit code 1 when one of these does not hold.
    --controller NAME  who decides: chargebench, device (the devices for themselves), or another that the scenario
                       lists; all it lists where absent
    --mode MODE        direct    values straight to the step, as fast as it goes
                       loopback  drivers and codecs on an in-memory broker, as fast as it goes (default)
                       wire      simulated devices on a real broker, in real time
    --broker URL       for wire: a broker that runs already, mqtt://host:port; an embedded one where absent
    --journal PATH     writes the journal of the run; with several runs PATH is a folder
    --json             one JSON document on standard output

chargebench scenario compare ID|FILE [options]
    Plays one scenario under several controllers and sets the outcomes side by side: what the breaker comes to, peak,
    time above the continuous limit, thermal load, energy and starts. Exit code 1 when an expectation does not hold.
    --controllers A,B  also controllers that the scenario does not list, with nothing expected of them; all that it
                       lists where absent
    --mode MODE        as for run; direct where absent
    --json             one JSON document on standard output

chargebench scenario schema [--site]
    The JSON Schema of scenario files (or of site files), for editors: name it in a file's "$schema".

${SWEEP_HELP}

${FROM_JOURNAL_HELP}`,
  run(args, io) {
    const [action, ...rest] = args;
    if (action === 'list') return Promise.resolve(listScenarios(rest, io));
    if (action === 'delete') return Promise.resolve(deleteScenarios(rest, io));
    if (action === 'run') return runScenarios(rest, io);
    if (action === 'compare') return compareControllers(rest, io);
    if (action === 'sweep') return sweepScenario(rest, io);
    if (action === 'from-journal') return Promise.resolve(scenarioFromJournalFile(rest, io));
    if (action === 'schema') return Promise.resolve(printSchema(rest, io));
    throw new WrongUse(action === undefined ? 'scenario needs list, run, compare, sweep, delete, from-journal or schema' : `scenario does not know "${action}"`);
  },
};

function printSchema(args: readonly string[], io: Io): number {
  const { values, positionals } = readArgs(args, { site: { type: 'boolean' } });
  if (positionals.length > 0) throw new WrongUse('scenario schema takes no names');
  io.out(JSON.stringify(values.site === true ? siteJsonSchema() : scenarioJsonSchema(CONTROLLER_SETTINGS), null, 2));
  return GOOD;
}
