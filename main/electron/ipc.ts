import { ipcMain, type WebContents } from 'electron';
import { EVENTS } from '../../core/host-api/contract.ts';
import { failure } from '../../core/errors.ts';
import type { Dispatch } from '../dispatch.ts';
import type { HostEventSource } from '../host-events.ts';
import { CALL_CHANNEL, EVENT_CHANNEL } from './channels.ts';

export interface IpcHost {
  readonly dispatch: Dispatch;
  readonly events: HostEventSource;
}

/** Answers calls of our own window's main frame, and of nobody else. */
export function answerCalls({ dispatch }: IpcHost, isOurs: (sender: WebContents) => boolean): void {
  ipcMain.handle(CALL_CHANNEL, (event, name: unknown, args: unknown) => {
    const isMainFrame = event.senderFrame !== null && event.senderFrame === event.sender.mainFrame;
    if (!isOurs(event.sender) || !isMainFrame) return failure('unauthorized', {});
    return dispatch(String(name), args, { leads: true });
  });
}

/** Tells the window every event; typed arrays cross as they are. Returns how to stop. */
export function tellEvents({ events }: IpcHost, contents: WebContents): () => void {
  const stops = EVENTS.map((name) =>
    events.on(name, (data) => {
      if (!contents.isDestroyed()) contents.send(EVENT_CHANNEL, name, data);
    }),
  );
  return () => {
    for (const stop of stops) stop();
  };
}
