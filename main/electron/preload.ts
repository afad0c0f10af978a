/** What the sandboxed window gets: the contract and nothing else. Built as one CommonJS file. */
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import { CALLS, EVENTS } from '../../core/host-api/contract.ts';
import { CALL_CHANNEL, EVENT_CHANNEL } from './channels.ts';

const isKnown = (names: readonly string[], name: unknown): name is string => typeof name === 'string' && names.includes(name);

contextBridge.exposeInMainWorld('chargebench', {
  call(name: unknown, args: unknown): Promise<unknown> {
    if (!isKnown(CALLS, name)) return Promise.resolve({ ok: false, error: { code: 'not-supported', context: { call: String(name) } } });
    return ipcRenderer.invoke(CALL_CHANNEL, name, args);
  },
  on(name: unknown, listener: (event: unknown) => void): () => void {
    if (!isKnown(EVENTS, name)) return () => undefined;
    const listen = (_event: IpcRendererEvent, told: unknown, data: unknown): void => {
      if (told === name) listener(data);
    };
    ipcRenderer.on(EVENT_CHANNEL, listen);
    return () => {
      ipcRenderer.removeListener(EVENT_CHANNEL, listen);
    };
  },
});
