import { lineText } from '../../core/commissioning/scan-plan.ts';
import type { FoundUnit, ScanProgress } from '../../core/commissioning/bus-scan.ts';
import { homedir } from 'node:os';
import { readOwnDescriptions } from '../files/own-descriptions.ts';
import { userDataFolder } from '../files/user-data.ts';
import { runScan, type ScanEnd } from '../run-scan.ts';
import { parseLinkAddress } from '../transports/bus-address.ts';
import { createRealClock } from '../transports/real-clock.ts';
import { ANSWER_IS_NO, GOOD, readArgs, textOfFailure, WRONG_USE, WrongUse, type Io } from './command.ts';

export const SITE_SCAN_HELP = `chargebench site scan --port PATH|tcp://HOST:PORT|rtu-over-tcp://HOST:PORT [--json]
    Looks for Modbus units on a serial port (every usual speed) or behind a network address, and says what they are.
    It only reads; where another master talks it asks nothing. Ctrl-C ends it with what was found so far.
    Exit code 1 when nothing was found.`;

/** 2 where the port could not be opened or went away. */
export async function scan(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs(args, { port: { type: 'string' }, json: { type: 'boolean' } });
  if (positionals.length > 0 || values.port === undefined || values.port === '') throw new WrongUse('site scan needs --port');
  const target = targetOf(values.port);
  const address = parseLinkAddress(target);
  if (!address.ok) throw new WrongUse(textOfFailure(address.error));
  const end = await scanUntilStopped(target, io);
  if (values.json === true) io.out(JSON.stringify(end, null, 2));
  else print(end, io);
  if (end.failure !== null) {
    io.err(`chargebench site scan: ${textOfFailure(end.failure)}`);
    return WRONG_USE;
  }
  return end.found.length > 0 ? GOOD : ANSWER_IS_NO;
}

/** A path needs no `serial:` before it. */
const targetOf = (port: string): string => (/^(serial|tcp|rtu-over-tcp):/.test(port) ? port : `serial:${port}`);

async function scanUntilStopped(target: string, io: Io): Promise<ScanEnd> {
  const stopping = new AbortController();
  const stop = (): void => {
    stopping.abort();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, stop);
  const { meterModels: descriptions, failures } = readOwnDescriptions(userDataFolder({ platform: process.platform, env: process.env, home: homedir() }));
  for (const failure of failures) io.err(`A file of yours is not used: ${textOfFailure(failure)}`);
  let told = 0;
  try {
    return await runScan({
      target,
      descriptions,
      clock: createRealClock(),
      signal: stopping.signal,
      onProgress(progress) {
        for (const unit of progress.found.slice(told)) io.err(textOfUnit(unit));
        told = progress.found.length;
        io.progress(textOfProgress(progress));
      },
    });
  } finally {
    io.progress('');
    for (const signal of signals) process.removeListener(signal, stop);
  }
}

function textOfProgress({ act, line, unitId, asked, total, found }: ScanProgress): string {
  const where = line === null ? '' : ` at ${lineText(line)}`;
  const what = act === 'listening' ? 'listening' : `${act} ${String(unitId)}`;
  return `${what}${where}, ${String(asked)} of ${String(total)}, found ${String(found.length)}`;
}

function textOfUnit({ line, unitId, candidates: [likeliest, ...others] }: FoundUnit): string {
  const where = `unit ${String(unitId)}${line === null ? '' : ` at ${lineText(line)}`}`;
  if (likeliest === undefined) return `${where}: answers, and is like nothing described`;
  const also = others.length === 0 ? '' : `; or ${others.map(({ name }) => name).join(', ')}`;
  return `${where}: ${likeliest.name} (${likeliest.model})${likeliest.isUnproven ? ', register table only, verify on site' : ''}${also}`;
}

function print({ found, lines, hearsMaster, isComplete }: ScanEnd, io: Io): void {
  for (const unit of found) io.out(textOfUnit(unit));
  for (const { line, hints, hasLatencyTimer } of lines) {
    const where = line === null ? 'the address' : lineText(line);
    if (hints.length > 0) io.out(`bytes without a frame at ${where}; look at, in this order: ${hints.map(({ kind, isLikely }) => (isLikely ? `${kind} (likely)` : kind)).join(', ')}`);
    if (hasLatencyTimer) io.out(`answers come in steps of 16 ms at ${where}: set the adapter's latency timer to 1 ms`);
  }
  if (hearsMaster) io.out('another master talks on this line: nothing was asked');
  if (!isComplete) io.out('ended early: not every address was asked');
  if (found.length === 0 && isComplete && !hearsMaster) io.out('nobody has answered');
}
