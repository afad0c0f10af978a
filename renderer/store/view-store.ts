import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Result } from '../../core/errors.ts';
import type { EvseAnswer, HandBackPreview, HostApi } from '../../core/host-api/contract.ts';
import { actOf, IDLE, RUNNING, type Act } from './act.ts';

export const SCREENS = ['start', 'site', 'devices', 'commissioning', 'scenarios', 'live', 'export', 'report', 'settings'] as const;
export type ScreenName = (typeof SCREENS)[number];

export type SheetName = 'pause-all' | 'hand-back' | 'quit' | 'keys' | 'find';

export interface QuitPreview {
  readonly isControlling: boolean;
  readonly handBack: HandBackPreview | null;
}

/** What this window shows and what it has asked for; nothing of it outlives the window. */
export interface ViewState {
  readonly screen: ScreenName;
  readonly sheet: SheetName | null;
  /** Single letters act outside text fields. */
  readonly hasLetterKeys: boolean;
  readonly pauseAll: Act<readonly EvseAnswer[]>;
  readonly handBackPreview: Act<HandBackPreview>;
  readonly handBack: Act<readonly EvseAnswer[]>;
  readonly quitPreview: Act<QuitPreview>;
  readonly quit: Act<readonly EvseAnswer[]>;
  readonly takeControl: Act<null>;
  readonly openSite: Act<null>;
}

export interface View extends StoreApi<ViewState> {
  show(screen: ScreenName): void;
  open(sheet: SheetName): void;
  closeSheet(): void;
  /** Tells every EVSE to stop, at once and without a question, and shows what each answered. */
  pauseAll(): Promise<void>;
  askHandBack(): Promise<void>;
  handBack(): Promise<void>;
  askQuit(): Promise<void>;
  quit(): Promise<void>;
  takeControl(): Promise<void>;
  openSimulatedSite(template: string): Promise<void>;
  /** A new project from a template, another one of the list, or one in a folder that is asked for; then shows it live. */
  createProject(templateId: string): Promise<void>;
  openProject(projectId: string): Promise<void>;
  chooseProject(): Promise<void>;
}

const LETTERS_KEY = 'chargebench-letter-keys';

export function openView(api: HostApi, storage: Pick<Storage, 'getItem' | 'setItem'>, screen: ScreenName): View {
  const store = createStore<ViewState>(() => ({
    screen,
    sheet: null,
    hasLetterKeys: storage.getItem(LETTERS_KEY) !== 'off',
    pauseAll: IDLE,
    handBackPreview: IDLE,
    handBack: IDLE,
    quitPreview: IDLE,
    quit: IDLE,
    takeControl: IDLE,
    openSite: IDLE,
  }));
  store.subscribe((now, before) => {
    if (now.hasLetterKeys !== before.hasLetterKeys) storage.setItem(LETTERS_KEY, now.hasLetterKeys ? 'on' : 'off');
  });
  const { setState, getState } = store;
  const openSite = async (answer: Promise<Result<null>>): Promise<void> => {
    setState({ openSite: RUNNING });
    const act = actOf(await answer);
    setState(act.kind === 'done' ? { openSite: act, screen: 'live' } : { openSite: act });
  };
  return Object.assign(store, {
    show: (next: ScreenName) => setState({ screen: next }),
    open: (sheet: SheetName) => setState({ sheet }),
    closeSheet: () => setState({ sheet: null }),
    pauseAll: async () => {
      setState({ sheet: 'pause-all' });
      if (getState().pauseAll.kind === 'running') return;
      setState({ pauseAll: RUNNING });
      setState({ pauseAll: actOf(await api.pauseAll()) });
    },
    askHandBack: async () => {
      setState({ sheet: 'hand-back', handBackPreview: RUNNING, handBack: IDLE });
      setState({ handBackPreview: actOf(await api.previewHandBack()) });
    },
    handBack: async () => {
      setState({ handBack: RUNNING });
      setState({ handBack: actOf(await api.handBackControl()) });
    },
    askQuit: async () => {
      setState({ sheet: 'quit', quitPreview: RUNNING, quit: IDLE });
      setState({ quitPreview: actOf(await api.previewQuit()) });
    },
    quit: async () => {
      setState({ quit: RUNNING });
      setState({ quit: actOf(await api.quit()) });
    },
    takeControl: async () => {
      setState({ takeControl: RUNNING });
      setState({ takeControl: actOf(await api.takeControl()) });
    },
    openSimulatedSite: (template: string) => openSite(api.openSimulatedSite(template)),
    createProject: (templateId: string) => openSite(api.createProject(templateId)),
    openProject: (projectId: string) => openSite(api.openProject(projectId)),
    chooseProject: () => openSite(api.chooseProject()),
  });
}

export const ViewContext = createContext<View | null>(null);

export function useViewHandle(): View {
  const view = useContext(ViewContext);
  if (view === null) throw new Error('ViewContext is missing');
  return view;
}

export function useView<T>(select: (state: ViewState) => T): T {
  return useStore(useViewHandle(), select);
}
