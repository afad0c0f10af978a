import type { z } from 'zod';
import { CALL_ARGUMENTS } from '../core/host-api/arguments.ts';
import { CALLS, type CallName, type HostApi } from '../core/host-api/contract.ts';
import { failure, failureOf, type Result } from '../core/errors.ts';

/** Calls that look and change nothing: all that a second window may do. */
const LOOKING: readonly CallName[] = ['getState', 'listScenarios', 'listControllers', 'readScenario', 'checkScenario', 'previewLoads', 'readRecording', 'listVerdicts', 'getLiveHistory', 'previewHandBack', 'previewQuit', 'listTemplates', 'listProjects', 'listSerialPorts', 'getScan'];

export interface Caller {
  /** False for a second window on the same host. */
  readonly leads: boolean;
}

export type Dispatch = (call: string, args: unknown, caller: Caller) => Promise<Result<unknown>>;

/**
 * The one door from any screen to the host. Never rejects: an unknown call is `not-supported`, arguments that do not
 * fit are `invalid-argument` with their path, a change from a window that does not lead is `refused`, and what the
 * host throws is its failure.
 */
export function createDispatcher(api: HostApi): Dispatch {
  const methods = api as unknown as Record<CallName, (...args: readonly unknown[]) => Promise<Result<unknown>>>;
  return async (call, args, caller) => {
    const name = CALLS.find((known) => known === call);
    if (name === undefined) return failure('not-supported', { call });
    if (!caller.leads && !LOOKING.includes(name)) return failure('refused', { call, why: 'another-window-leads' });
    const schema: z.ZodType<readonly unknown[]> = CALL_ARGUMENTS[name];
    const parsed = schema.safeParse(args);
    if (!parsed.success) return invalidArgument(name, parsed.error);
    try {
      return await methods[name](...parsed.data);
    } catch (error) {
      return { ok: false, error: failureOf(error) };
    }
  };
}

function invalidArgument(call: CallName, { issues }: z.ZodError): Result<never> {
  const [first] = issues;
  return failure('invalid-argument', { call, path: first?.path.map(String).join('/') ?? '', message: first?.message ?? '' });
}
