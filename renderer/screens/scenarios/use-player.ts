import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { PlayerState, PlayerStore } from './player-store.ts';

export const PlayerContext = createContext<PlayerStore | null>(null);

export function usePlayerHandle(): PlayerStore {
  const player = useContext(PlayerContext);
  if (player === null) throw new Error('PlayerContext is missing');
  return player;
}

export function usePlayer<T>(select: (state: PlayerState) => T): T {
  return useStore(usePlayerHandle(), select);
}
