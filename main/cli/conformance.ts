import { failureOf } from '../../core/errors.ts';
import { CONFORMANCE_KINDS, runConformance } from '../../hardware-sims/conformance/run.ts';
import { ANSWER_IS_NO, GOOD, readArgs, textOfFailure, WRONG_USE, WrongUse, type Command } from './command.ts';

export const conformanceCommand: Command = {
  summary: 'hold the models of real controllers against recorded traces',
  help: `chargebench conformance KIND DIR
    Replays the traces of a folder (with its summary.csv) against our model in our plant and compares the figures.
    One line per trace, at last "N passed, M failed". Exit code 1 when one fails.
    KIND  ${CONFORMANCE_KINDS.join(', ')}`,
  run(args, io) {
    const { positionals } = readArgs(args, {});
    const [kind, directory, ...more] = positionals;
    if (kind === undefined || directory === undefined || more.length > 0) throw new WrongUse('conformance needs a kind and a folder');
    try {
      const { lines, failed } = runConformance(kind, directory);
      for (const line of lines) io.out(line);
      return Promise.resolve(failed === 0 ? GOOD : ANSWER_IS_NO);
    } catch (error) {
      io.err(`chargebench conformance: ${textOfFailure(failureOf(error))}`);
      return Promise.resolve(WRONG_USE);
    }
  },
};
