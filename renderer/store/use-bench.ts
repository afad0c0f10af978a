import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { Bench, BenchState } from './bench-store.ts';

export const BenchContext = createContext<Bench | null>(null);

export function useBenchHandle(): Bench {
  const bench = useContext(BenchContext);
  if (bench === null) throw new Error('BenchContext is missing');
  return bench;
}

export function useBench<T>(select: (state: BenchState) => T): T {
  return useStore(useBenchHandle(), select);
}
