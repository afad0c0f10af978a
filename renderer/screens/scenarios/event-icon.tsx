import { Battery, Broadcast, House, Person, Sun } from '../../icons/event-icons.tsx';
import { Gauge, VehiclePlug } from '../../icons/icons.tsx';
import type { IconProps } from '../../icons/icon-base.tsx';
import { StateIcon } from '../../icons/state-icon.tsx';
import type { RunEventKind } from '../../words/run-events.ts';

const SHAPES: Readonly<Record<Exclude<RunEventKind, 'fault'>, (props: IconProps) => React.ReactNode>> = {
  vehicle: VehiclePlug,
  load: House,
  pv: Sun,
  battery: Battery,
  signal: Broadcast,
  wish: Person,
  limit: Gauge,
};

/** What kind of event it is, by shape: colour says only that a fault wants a look. */
export function EventIcon({ kind, size = 14 }: { readonly kind: RunEventKind; readonly size?: number }) {
  if (kind === 'fault') return <StateIcon state="attention" size={size} />;
  const Shape = SHAPES[kind];
  return <Shape size={size} />;
}
