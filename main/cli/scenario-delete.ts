import { ChargebenchError, failureOf } from '../../core/errors.ts';
import { findBundledScenario } from '../simulation/library.ts';
import { GOOD, readArgs, textOfFailure, WRONG_USE, WrongUse, type Io } from './command.ts';
import { DATA_OPTION, ownScenariosOf } from './open-scenario.ts';

/** `chargebench scenario delete`: own ones only; each is put aside, and where it lies then is said. */
export function deleteScenarios(args: readonly string[], io: Io): number {
  const { values, positionals } = readArgs(args, { json: { type: 'boolean' }, ...DATA_OPTION });
  if (positionals.length === 0) throw new WrongUse('scenario delete needs an id');
  const own = ownScenariosOf(values.data);
  const deleted: { readonly id: string; readonly keptAs: string }[] = [];
  try {
    for (const id of positionals) {
      if (findBundledScenario(id) !== null) throw new ChargebenchError('refused', { scenario: id, why: 'it came with the program', cure: 'delete own ones only' });
      const keptAs = own.delete(id);
      if (keptAs === null) throw new ChargebenchError('not-found', { scenario: id, cure: 'chargebench scenario list' });
      deleted.push({ id, keptAs });
      if (values.json !== true) io.out(`deleted  ${id} (kept as ${keptAs})`);
    }
    if (values.json === true) io.out(JSON.stringify({ deleted }, null, 2));
    return GOOD;
  } catch (error) {
    const failure = failureOf(error);
    io.err(`chargebench scenario delete: ${textOfFailure(failure)}`);
    if (values.json === true) io.out(JSON.stringify({ error: failure, deleted }, null, 2));
    return WRONG_USE;
  }
}
