/** Keys as they are shown, by what they do. Those of a screen that is not built yet are left out. */
export interface KeyWords {
  readonly keys: string;
  readonly act: string;
}

export const EVERYWHERE: readonly KeyWords[] = [
  { keys: 'G then S D C P L E R', act: 'Site, Devices, Commissioning, Scenarios (play), Live, Export, Report' },
  { keys: 'Ctrl K', act: 'find screens, devices, scenarios, settings' },
  { keys: 'Ctrl Shift X', act: 'Pause all' },
  { keys: 'F6, Shift F6', act: 'next, previous column' },
  { keys: 'Escape', act: 'stop what runs, else close, else up' },
  { keys: '?', act: 'keys of this screen' },
];

export const ON_SCENARIOS: readonly KeyWords[] = [
  { keys: 'Space', act: 'play, pause' },
  { keys: 'Left, right', act: 'one row of the run back, forward' },
  { keys: 'Page up, page down', act: 'a minute back, forward' },
  { keys: 'Shift left, Shift right', act: 'event before, event after' },
  { keys: '. and ,', act: 'next, previous change of a setpoint' },
  { keys: 'Home, End', act: 'start, end of the run' },
  { keys: 'W', act: 'worst moment' },
  { keys: '+ - 0', act: 'closer, wider, whole run' },
  { keys: '[ and ]', act: 'slower, faster' },
  { keys: 'Escape', act: 'stop computing, pause' },
  { keys: '/', act: 'search the library' },
];

export const IN_THE_EDITOR: readonly KeyWords[] = [
  { keys: 'Ctrl Z', act: 'undo' },
  { keys: 'Ctrl Shift Z, Ctrl Y', act: 'redo' },
  { keys: 'Alt up, Alt down', act: 'move this entry up, down' },
  { keys: 'Alt D', act: 'duplicate this entry' },
  { keys: 'Alt Delete', act: 'remove this entry' },
  { keys: 'Tab', act: 'through the form, then the text' },
];

export const ON_LIVE: readonly KeyWords[] = [{ keys: '1 to 9', act: 'ladder of that EVSE' }];

export const ON_DEVICES: readonly KeyWords[] = [
  { keys: 'Up, down in the traffic', act: 'frame before, frame after' },
  { keys: 'Home, End in the traffic', act: 'oldest, newest frame' },
  { keys: 'Escape', act: 'stop the scan' },
];
