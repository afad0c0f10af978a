import type { ScenarioSummary } from '../../core/host-api/contract.ts';
import { listBundledScenarios, summaryOf } from '../simulation/library.ts';
import { GOOD, readArgs, textOfFailure, WrongUse, type Io } from './command.ts';
import { DATA_OPTION, ownScenariosOf } from './open-scenario.ts';

/** `chargebench scenario list`: those that came with the program, then the user's own, broken ones with what is wrong. */
export function listScenarios(args: readonly string[], io: Io): number {
  const { values, positionals } = readArgs(args, { json: { type: 'boolean' }, ...DATA_OPTION });
  if (positionals.length > 0) throw new WrongUse('scenario list takes no names');
  const summaries = [...listBundledScenarios().map(summaryOf), ...ownScenariosOf(values.data).list()];
  if (values.json === true) io.out(JSON.stringify(summaries.map(shownJson), null, 2));
  else for (const summary of summaries) io.out(lineOf(summary));
  return GOOD;
}

const shownJson = ({ id, title, controllers, durationS, isOwn, failure }: ScenarioSummary) => ({
  ...{ id, title, controllers, durationS },
  ...(isOwn ? { isOwn } : {}),
  ...(failure === null ? {} : { failure }),
});

function lineOf({ id, title, controllers, durationS, isOwn, failure }: ScenarioSummary): string {
  if (failure !== null) return `${id.padEnd(28)}    own     CANNOT BE PLAYED: ${textOfFailure(failure)}`;
  return `${id.padEnd(28)} ${String(durationS).padStart(6)} s  ${title}${isOwn ? ', own' : ''} (${controllers.join(', ')})`;
}
