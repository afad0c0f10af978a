import type { Result } from '../../core/errors.ts';
import type { RunResult } from '../../core/host-api/contract.ts';
import type { RunColumns } from '../../core/runs/columns.ts';
import type { PlayMode, ScenarioOutcome } from '../../core/scenarios/outcome.ts';
import type { LoadCourse } from '../../hardware-sims/plant/load-course.ts';
import type { MqttBroker } from '../transports/mqtt.ts';

/** What a worker is asked to play. */
export interface PlayOrder {
  /** The scenario file as parsed JSON; the worker passes it through the gate itself. */
  readonly file: unknown;
  readonly controller: string;
  readonly mode: PlayMode;
  /** A journal of the run is written there; never over an existing file. */
  readonly journalPath: string | null;
  /** Wire mode: a broker that runs already, else an embedded one. */
  readonly broker: MqttBroker | null;
}

/** Set to 1 to end the run early: a synchronous player hears no messages. */
export type CancelFlag = Int32Array<SharedArrayBuffer>;

export interface WorkerOrder {
  readonly order: PlayOrder;
  readonly cancelFlag: CancelFlag;
}

/** A scenario file as parsed JSON, of which only the loads are wanted. */
export interface PreviewOrder {
  readonly preview: unknown;
}

export interface PreviewAnswer {
  readonly course: Result<LoadCourse>;
}

export type PlayedResult = Omit<RunResult, 'runId' | 'request'>;

export type WorkerMessage =
  | { readonly kind: 'progress'; readonly playedS: number; readonly durationS: number }
  /** Its arrays are transferred, not copied. */
  | { readonly kind: 'columns'; readonly columns: RunColumns }
  | { readonly kind: 'end'; readonly result: Result<PlayedResult> };

export type SweepMode = Exclude<PlayMode, 'wire'>;

/** What a thread of a sweep is given first: the scenario file that values are put into, as parsed JSON. */
export interface SweepSetup {
  readonly file: unknown;
  readonly mode: SweepMode;
}

export interface SweepRequest {
  readonly run: {
    readonly index: number;
    /** By dotted path in the file. */
    readonly values: Readonly<Record<string, number | string | boolean>>;
    readonly controller: string;
  };
}

export interface SweepAnswer {
  readonly index: number;
  readonly result: Result<ScenarioOutcome>;
}
