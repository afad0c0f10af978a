/** Tabler outline icons (MIT) of what happens in a run, and of what a list's entries can be told to do. */
import { Outline, type IconProps } from './icon-base.tsx';

export function House(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M5 12l-2 0l9 -9l9 9l-2 0" />
      <path d="M5 12v7a2 2 0 0 0 2 2h10a2 2 0 0 0 2 -2v-7" />
      <path d="M9 21v-6a2 2 0 0 1 2 -2h2a2 2 0 0 1 2 2v6" />
    </Outline>
  );
}

export function Sun(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M8 12a4 4 0 1 0 8 0a4 4 0 1 0 -8 0" />
      <path d="M3 12h1m8 -9v1m8 8h1m-9 8v1m-6.4 -15.4l.7 .7m12.1 -.7l-.7 .7m0 11.4l.7 .7m-12.1 -.7l-.7 .7" />
    </Outline>
  );
}

export function Battery(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M6 7h11a2 2 0 0 1 2 2v.5a.5 .5 0 0 0 .5 .5a.5 .5 0 0 1 .5 .5v3a.5 .5 0 0 1 -.5 .5a.5 .5 0 0 0 -.5 .5v.5a2 2 0 0 1 -2 2h-11a2 2 0 0 1 -2 -2v-6a2 2 0 0 1 2 -2" />
      <path d="M7 10l0 4" />
      <path d="M10 10l0 4" />
    </Outline>
  );
}

export function Person(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M8 7a4 4 0 1 0 8 0a4 4 0 0 0 -8 0" />
      <path d="M6 21v-2a4 4 0 0 1 4 -4h4a4 4 0 0 1 4 4v2" />
    </Outline>
  );
}

export function Broadcast(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M18.364 19.364a9 9 0 1 0 -12.728 0" />
      <path d="M15.536 16.536a5 5 0 1 0 -7.072 0" />
      <path d="M11 13a1 1 0 1 0 2 0a1 1 0 1 0 -2 0" />
    </Outline>
  );
}

export function Copy(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M7 9.667a2.667 2.667 0 0 1 2.667 -2.667h8.666a2.667 2.667 0 0 1 2.667 2.667v8.666a2.667 2.667 0 0 1 -2.667 2.667h-8.666a2.667 2.667 0 0 1 -2.667 -2.667z" />
      <path d="M4.012 16.737a2.005 2.005 0 0 1 -1.012 -1.737v-10c0 -1.1 .9 -2 2 -2h10c.75 0 1.158 .385 1.5 1" />
    </Outline>
  );
}

export function ArrowUp(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M12 5l0 14" />
      <path d="M18 11l-6 -6" />
      <path d="M6 11l6 -6" />
    </Outline>
  );
}

export function ArrowDown(props: IconProps) {
  return (
    <Outline {...props}>
      <path d="M12 5l0 14" />
      <path d="M18 13l-6 6" />
      <path d="M6 13l6 6" />
    </Outline>
  );
}
