/** Tabler outline icons (MIT), 1.7 px lines, one by one. */
import { Filled, Outline, type IconProps } from './icon-base.tsx';

export function ChevronDown(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M6 9l6 6l6 -6" />
    </Outline>
  );
}

export function ChevronLeft(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M15 6l-6 6l6 6" />
    </Outline>
  );
}

export function ChevronRight(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M9 6l6 6l-6 6" />
    </Outline>
  );
}

export function Flask(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M6.1 15h11.8" />
      <path d="M14 3v7.342a6 6 0 0 1 1.318 10.658h-6.635a6 6 0 0 1 1.317 -10.66v-7.34h4" />
      <path d="M9 3h6" />
    </Outline>
  );
}

export function Hand(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M8 13v-7.5a1.5 1.5 0 0 1 3 0v6.5" />
      <path d="M11 5.5v-2a1.5 1.5 0 1 1 3 0v8.5" />
      <path d="M14 5.5a1.5 1.5 0 0 1 3 0v6.5" />
      <path d="M17 7.5a1.5 1.5 0 0 1 3 0v8.5a6 6 0 0 1 -6 6h-2h.208a6 6 0 0 1 -5.012 -2.7a69.74 69.74 0 0 1 -.196 -.3c-.312 -.479 -1.407 -2.388 -3.286 -5.728a1.5 1.5 0 0 1 .536 -2.022a1.867 1.867 0 0 1 2.28 .28l1.47 1.47" />
    </Outline>
  );
}

export function Keyboard(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M2 8a2 2 0 0 1 2 -2h16a2 2 0 0 1 2 2v8a2 2 0 0 1 -2 2h-16a2 2 0 0 1 -2 -2l0 -8" />
      <path d="M6 10l0 .01" />
      <path d="M10 10l0 .01" />
      <path d="M14 10l0 .01" />
      <path d="M18 10l0 .01" />
      <path d="M6 14l0 .01" />
      <path d="M18 14l0 .01" />
      <path d="M10 14l4 .01" />
    </Outline>
  );
}

export function Tree(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M3 17a2 2 0 0 1 2 -2h2a2 2 0 0 1 2 2v2a2 2 0 0 1 -2 2h-2a2 2 0 0 1 -2 -2l0 -2" />
      <path d="M15 17a2 2 0 0 1 2 -2h2a2 2 0 0 1 2 2v2a2 2 0 0 1 -2 2h-2a2 2 0 0 1 -2 -2l0 -2" />
      <path d="M9 5a2 2 0 0 1 2 -2h2a2 2 0 0 1 2 2v2a2 2 0 0 1 -2 2h-2a2 2 0 0 1 -2 -2l0 -2" />
      <path d="M6 15v-1a2 2 0 0 1 2 -2h8a2 2 0 0 1 2 2v1" />
      <path d="M12 9l0 3" />
    </Outline>
  );
}

export function Plug(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M7 12l5 5l-1.5 1.5a3.536 3.536 0 1 1 -5 -5l1.5 -1.5" />
      <path d="M17 12l-5 -5l1.5 -1.5a3.536 3.536 0 1 1 5 5l-1.5 1.5" />
      <path d="M3 21l2.5 -2.5" />
      <path d="M18.5 5.5l2.5 -2.5" />
      <path d="M10 11l-2 2" />
      <path d="M13 14l-2 2" />
    </Outline>
  );
}

export function Checklist(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M9.615 20h-2.615a2 2 0 0 1 -2 -2v-12a2 2 0 0 1 2 -2h8a2 2 0 0 1 2 2v8" />
      <path d="M14 19l2 2l4 -4" />
      <path d="M9 8h4" />
      <path d="M9 12h2" />
    </Outline>
  );
}

export function Wave(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M3 12h5l4 8v-16l4 8h5" />
    </Outline>
  );
}

export function Pulse(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M3 12h4l3 8l4 -16l3 8h4" />
    </Outline>
  );
}

export function ExportBox(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M4 19v2h16v-14l-8 -4l-8 4v2" />
      <path d="M13 14h-9" />
      <path d="M7 11l-3 3l3 3" />
    </Outline>
  );
}

export function Certificate(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M14 3v4a1 1 0 0 0 1 1h4" />
      <path d="M5 8v-3a2 2 0 0 1 2 -2h7l5 5v11a2 2 0 0 1 -2 2h-5" />
      <path d="M3 14a3 3 0 1 0 6 0a3 3 0 1 0 -6 0" />
      <path d="M4.5 17l-1.5 5l3 -1.5l3 1.5l-1.5 -5" />
    </Outline>
  );
}

export function Sliders(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M12 6a2 2 0 1 0 4 0a2 2 0 1 0 -4 0" />
      <path d="M4 6l8 0" />
      <path d="M16 6l4 0" />
      <path d="M6 12a2 2 0 1 0 4 0a2 2 0 1 0 -4 0" />
      <path d="M4 12l2 0" />
      <path d="M10 12l10 0" />
      <path d="M15 18a2 2 0 1 0 4 0a2 2 0 1 0 -4 0" />
      <path d="M4 18l11 0" />
      <path d="M19 18l1 0" />
    </Outline>
  );
}

export function Search(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M3 10a7 7 0 1 0 14 0a7 7 0 1 0 -14 0" />
      <path d="M21 21l-6 -6" />
    </Outline>
  );
}

export function Compare(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M4 6a2 2 0 1 0 4 0a2 2 0 1 0 -4 0" />
      <path d="M16 18a2 2 0 1 0 4 0a2 2 0 1 0 -4 0" />
      <path d="M11 6h5a2 2 0 0 1 2 2v8" />
      <path d="M14 9l-3 -3l3 -3" />
      <path d="M13 18h-5a2 2 0 0 1 -2 -2v-8" />
      <path d="M10 15l3 3l-3 3" />
    </Outline>
  );
}

export function Download(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M4 17v2a2 2 0 0 0 2 2h12a2 2 0 0 0 2 -2v-2" />
      <path d="M7 11l5 5l5 -5" />
      <path d="M12 4l0 12" />
    </Outline>
  );
}

export function Crosshair(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M3 12a9 9 0 1 0 18 0a9 9 0 1 0 -18 0" />
      <path d="M12 3l0 4" />
      <path d="M12 21l0 -3" />
      <path d="M3 12l4 0" />
      <path d="M21 12l-3 0" />
      <path d="M12 12l0 .01" />
    </Outline>
  );
}

export function VehiclePlug(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M9.785 6l8.215 8.215l-2.054 2.054a5.81 5.81 0 1 1 -8.215 -8.215l2.054 -2.054" />
      <path d="M4 20l3.5 -3.5" />
      <path d="M15 4l-3.5 3.5" />
      <path d="M20 9l-3.5 3.5" />
    </Outline>
  );
}

export function Clock(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M3 12a9 9 0 1 0 18 0a9 9 0 1 0 -18 0" />
      <path d="M12 7v5l3 3" />
    </Outline>
  );
}

export function Refresh(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M20 11a8.1 8.1 0 0 0 -15.5 -2m-.5 -4v4h4" />
      <path d="M4 13a8.1 8.1 0 0 0 15.5 2m.5 4v-4h-4" />
    </Outline>
  );
}

export function TableRows(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M3 5a2 2 0 0 1 2 -2h14a2 2 0 0 1 2 2v14a2 2 0 0 1 -2 2h-14a2 2 0 0 1 -2 -2v-14" />
      <path d="M3 10h18" />
      <path d="M10 3v18" />
    </Outline>
  );
}

export function Close(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M18 6l-12 12" />
      <path d="M6 6l12 12" />
    </Outline>
  );
}

export function PlayFilled(props: IconProps) {
  return (
    <Filled {...props}>
      <path d="M6 4v16a1 1 0 0 0 1.524 .852l13 -8a1 1 0 0 0 0 -1.704l-13 -8a1 1 0 0 0 -1.524 .852z" />
    </Filled>
  );
}

export function StopFilled(props: IconProps) {
  return (
    <Filled {...props}>
      <path d="M17 4h-10a3 3 0 0 0 -3 3v10a3 3 0 0 0 3 3h10a3 3 0 0 0 3 -3v-10a3 3 0 0 0 -3 -3z" />
    </Filled>
  );
}

export function RecordFilled(props: IconProps) {
  return (
    <Filled {...props}>
      <path d="M8 5.072a8 8 0 1 1 -3.995 7.213l-.005 -.285l.005 -.285a8 8 0 0 1 3.995 -6.643z" />
    </Filled>
  );
}

export function PauseFilled(props: IconProps) {
  return (
    <Filled {...props}>
      <path d="M9 4h-2a2 2 0 0 0 -2 2v12a2 2 0 0 0 2 2h2a2 2 0 0 0 2 -2v-12a2 2 0 0 0 -2 -2zM17 4h-2a2 2 0 0 0 -2 2v12a2 2 0 0 0 2 2h2a2 2 0 0 0 2 -2v-12a2 2 0 0 0 -2 -2z" />
    </Filled>
  );
}

export function Bolt(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M13 3l0 7l6 0l-8 11l0 -7l-6 0l8 -11" />
    </Outline>
  );
}

export function Gauge(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M3 12a9 9 0 1 0 18 0a9 9 0 1 0 -18 0" />
      <path d="M11 12a1 1 0 1 0 2 0a1 1 0 1 0 -2 0" />
      <path d="M13.41 10.59l2.59 -2.59" />
      <path d="M7 12a5 5 0 0 1 5 -5" />
    </Outline>
  );
}

export function Folder(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M5 19l2.757 -7.351a1 1 0 0 1 .936 -.649h12.307a1 1 0 0 1 .986 1.164l-.996 5.211a2 2 0 0 1 -1.964 1.625h-14.026a2 2 0 0 1 -2 -2v-11a2 2 0 0 1 2 -2h4l3 3h7a2 2 0 0 1 2 2v2" />
    </Outline>
  );
}

/** A flag with the way to it. */
export function FlagBefore(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M12 5v16" />
      <path d="M12 5h8l-2.5 3.5l2.5 3.5h-8" />
      <path d="M7 9l-3 3l3 3" />
    </Outline>
  );
}

export function FlagAfter(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M4 5v16" />
      <path d="M4 5h8l-2.5 3.5l2.5 3.5h-8" />
      <path d="M17 9l3 3l-3 3" />
    </Outline>
  );
}

export function Pencil(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M4 20h4l10.5 -10.5a2.828 2.828 0 1 0 -4 -4l-10.5 10.5v4" />
      <path d="M13.5 6.5l4 4" />
    </Outline>
  );
}

export function Trash(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M4 7l16 0" />
      <path d="M10 11l0 6" />
      <path d="M14 11l0 6" />
      <path d="M5 7l1 12a2 2 0 0 0 2 2h8a2 2 0 0 0 2 -2l1 -12" />
      <path d="M9 7v-3a1 1 0 0 1 1 -1h4a1 1 0 0 1 1 1v3" />
    </Outline>
  );
}

export function PlusSign(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M12 5v14" />
      <path d="M5 12h14" />
    </Outline>
  );
}

export function Undo(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M9 14l-4 -4l4 -4" />
      <path d="M5 10h11a4 4 0 1 1 0 8h-1" />
    </Outline>
  );
}

export function Redo(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M15 14l4 -4l-4 -4" />
      <path d="M19 10h-11a4 4 0 1 0 0 8h1" />
    </Outline>
  );
}

export function Radar(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M11 12a1 1 0 1 0 2 0a1 1 0 1 0 -2 0" />
      <path d="M15.51 15.56a5 5 0 1 0 -3.51 1.44" />
      <path d="M18.832 17.86a9 9 0 1 0 -6.832 3.14" />
      <path d="M12 12v9" />
    </Outline>
  );
}

export function ArrowRight(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M5 12l14 0" />
      <path d="M15 16l4 -4" />
      <path d="M15 8l4 4" />
    </Outline>
  );
}

export function ArrowLeft(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M5 12l14 0" />
      <path d="M5 12l4 4" />
      <path d="M5 12l4 -4" />
    </Outline>
  );
}
