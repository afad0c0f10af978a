import type { Origin } from '../../../core/host-api/bench-devices.ts';
import { Flask, Plug } from '../../icons/icons.tsx';
import { ORIGIN_WORDS } from '../../words/links.ts';

const ICONS = { hardware: Plug, simulated: Flask } as const;

/** Whether a value comes from a wire or is played: the icon beside it, the word for who does not see it. */
export function OriginMark({ origin }: { readonly origin: Origin }) {
  const Icon = ICONS[origin];
  return (
    <span className="origin-mark" title={ORIGIN_WORDS[origin]}>
      <Icon size={14} />
      <span className="visually-hidden">{ORIGIN_WORDS[origin]}</span>
    </span>
  );
}

export function OriginChip({ origin }: { readonly origin: Origin }) {
  const Icon = ICONS[origin];
  return (
    <span className={origin === 'hardware' ? 'chip accent' : 'chip'}>
      <Icon size={15} />
      {ORIGIN_WORDS[origin]}
    </span>
  );
}
