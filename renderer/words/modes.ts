import type { PlayMode } from '../../core/scenarios/outcome.ts';

export const MODE_WORDS: Readonly<Record<PlayMode, { readonly name: string; readonly says: string }>> = {
  direct: { name: 'Direct', says: 'Values go straight to the step: fastest, for many runs.' },
  loopback: { name: 'Loopback', says: 'Drivers and codecs included, in memory and faster than real time.' },
  wire: { name: 'Wire', says: 'Simulated devices on real sockets, in real time.' },
};
