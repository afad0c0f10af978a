import { dialog, type BrowserWindow } from 'electron';
import type { Result } from '../../core/errors.ts';
import type { HandBackPreview } from '../../core/host-api/contract.ts';
import type { Dispatch } from '../dispatch.ts';

type QuitPreview = Result<{ readonly isControlling: boolean; readonly handBack: HandBackPreview | null }>;

/** True when nothing is controlled, or the user wants control to end. */
export async function mayQuit(window: BrowserWindow, dispatch: Dispatch): Promise<boolean> {
  const preview = (await dispatch('previewQuit', [], { leads: true })) as QuitPreview;
  if (!preview.ok || !preview.value.isControlling) return true;
  const evses = preview.value.handBack?.evses.map(({ name, nowA }) => `${name}: ${nowA === null ? 'offer unknown' : `now ${nowA} A`}`) ?? [];
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    buttons: ['Keep controlling', 'End control and quit'],
    defaultId: 0,
    cancelId: 0,
    message: 'Chargebench is controlling EVSEs.',
    detail: ['Before it ends, every EVSE goes to its fail-safe current or is paused, and that is confirmed.', '', ...evses].join('\n'),
  });
  return response === 1;
}
