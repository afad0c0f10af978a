/** `chargebench COMMAND …`: one file per command beside this one. */
import { failureOf } from '../../core/errors.ts';
import { VERSION } from '../version.ts';
import { benchCommand } from './bench.ts';
import { GOOD, textOfFailure, WRONG_USE, WrongUse, type Command, type Io } from './command.ts';
import { conformanceCommand } from './conformance.ts';
import { scenarioCommand } from './scenario.ts';
import { serveCommand } from './serve.ts';
import { simsCommand } from './sims.ts';
import { siteCommand } from './site.ts';

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['scenario', scenarioCommand],
  ['sims', simsCommand],
  ['serve', serveCommand],
  ['site', siteCommand],
  ['bench', benchCommand],
  ['conformance', conformanceCommand],
]);

// A reader that is gone (a closed terminal, `| head`) must not look like a failure of whoever controls EVSEs.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

const io: Io = {
  out(line) {
    process.stdout.write(`${line}\n`);
  },
  err(line) {
    process.stderr.write(`${line}\n`);
  },
  progress(line) {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${line}`);
  },
};

function overview(): string {
  const lines = [...COMMANDS].map(([name, { summary }]) => `  ${name.padEnd(14)}${summary}`);
  return ['chargebench COMMAND [--help]', '', ...lines, '', 'Exit code 0: good. 1: the answer is no. 2: wrong use.'].join('\n');
}

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === '--version') {
    io.out(VERSION);
    return GOOD;
  }
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    (name === undefined ? io.err : io.out)(overview());
    return name === undefined ? WRONG_USE : GOOD;
  }
  const command = COMMANDS.get(name);
  if (command === undefined) {
    io.err(`chargebench does not know "${name}".\n\n${overview()}`);
    return WRONG_USE;
  }
  if (args.includes('--help') || args.includes('-h')) {
    io.out(command.help);
    return GOOD;
  }
  try {
    return await command.run(args, io);
  } catch (error) {
    if (error instanceof WrongUse) io.err(`${error.message}\n\n${command.help}`);
    else io.err(`chargebench ${name}: ${textOfFailure(failureOf(error))}`);
    return WRONG_USE;
  }
}

// Whoever read our output may have gone (`| head`): that is no reason to fail, least of all while controlling.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

const code = await main(process.argv.slice(2));
process.exitCode = code;
// What was written to a pipe is still on its way: the process ends when it has gone, or when nobody takes it.
setTimeout(() => process.exit(code), 2000).unref();
process.stdout.write('', () => process.exit(code));
