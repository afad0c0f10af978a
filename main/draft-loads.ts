import { failureOf, success, type Result } from '../core/errors.ts';
import type { HostApi } from '../core/host-api/contract.ts';
import type { OwnRecordings } from './own-recordings.ts';
import type { OwnScenarios } from './own-scenarios.ts';
import type { LoadPreviewer } from './simulation/preview-thread.ts';

/** What an editor asks for while a scenario's loads are written: a picture of them, and recordings to choose from. */
export type DraftLoads = Pick<HostApi, 'previewLoads' | 'keepRecording' | 'readRecording'>;

export function createDraftLoads(previewer: LoadPreviewer, own: Pick<OwnScenarios, 'check'>, recordings: OwnRecordings): DraftLoads {
  return {
    async previewLoads(text) {
      const checked = answer(() => own.check(text).file);
      return checked.ok ? previewer.previewLoads(checked.value) : checked;
    },
    keepRecording: (part) => Promise.resolve(answer(() => ({ file: recordings.keep(part) }))),
    readRecording: (file) => Promise.resolve(answer(() => recordings.headOf(file))),
  };
}

function answer<T>(act: () => T): Result<T> {
  try {
    return success(act());
  } catch (error) {
    return { ok: false, error: failureOf(error) };
  }
}
