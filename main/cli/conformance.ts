import { failureOf } from '../../core/errors.ts';
import { CONFORMANCE_KINDS, runConformance } from '../../hardware-sims/conformance/run.ts';
import { ANSWER_IS_NO, GOOD, readArgs, textOfFailure, WRONG_USE, WrongUse, type Command } from './command.ts';

export const conformanceCommand: Command = {
  summary: 'hold the models of real controllers against recorded traces',
  help: `chargebench conformance KIND DIR
    Replays the traces of a folder against our model: openevse-two-evse by the figures of its summary.csv, in our plant,
    openevse-divert every sample and figure of each recorded day, smartevse every cycle of each JSON file exactly;
    captures and meter-frames put what real devices have sent through our decoders. One line per trace or frame, at last
    "N passed, M failed". Exit code 1 when one fails, 2 when a file cannot be read.
    KIND  ${CONFORMANCE_KINDS.join(', ')}`,
  run(args, io) {
    const { positionals } = readArgs(args, {});
    const [kind, directory, ...more] = positionals;
    if (kind === undefined || directory === undefined || more.length > 0) throw new WrongUse('conformance needs a kind and a folder');
    try {
      const { lines, failed, unreadable = [] } = runConformance(kind, directory);
      for (const failure of unreadable) io.err(`chargebench conformance: ${textOfFailure(failure)}`);
      for (const line of lines) io.out(line);
      if (unreadable.length > 0) return Promise.resolve(WRONG_USE);
      return Promise.resolve(failed === 0 ? GOOD : ANSWER_IS_NO);
    } catch (error) {
      io.err(`chargebench conformance: ${textOfFailure(failureOf(error))}`);
      return Promise.resolve(WRONG_USE);
    }
  },
};
