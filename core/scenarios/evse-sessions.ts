import type { EvseHistory, ReportedStep } from './evse-history.ts';

/** One vehicle's stay, as the EVSE told it. */
export interface Session {
  readonly fromMs: number;
  /** null: it stayed. */
  readonly untilMs: number | null;
  readonly steps: readonly (ReportedStep & { readonly endMs: number })[];
}

/** `endMs`: of the run. */
export function sessionsOf({ steps }: Pick<EvseHistory, 'steps'>, endMs: number): readonly Session[] {
  const sessions: { fromMs: number; untilMs: number | null; steps: (ReportedStep & { endMs: number })[] }[] = [];
  let isIn = false;
  for (const [index, step] of steps.entries()) {
    const open = sessions.at(-1);
    // What was there when the journal began was there when the run began.
    if (step.isVehicleConnected && !isIn) sessions.push({ fromMs: index === 0 ? 0 : step.timeMs, untilMs: null, steps: [] });
    else if (!step.isVehicleConnected && isIn && open !== undefined) open.untilMs = step.timeMs;
    isIn = step.isVehicleConnected;
    if (isIn) sessions.at(-1)?.steps.push({ ...step, endMs: steps[index + 1]?.timeMs ?? endMs });
  }
  return sessions;
}
