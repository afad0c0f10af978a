/**
 * RMS current of one conductor from power, with the sign of the active power: import positive. `reactiveVar` counts
 * by its size alone, because a conductor is heated by the apparent current. null where the voltage is no voltage.
 */
export function currentFromPower(powerW: number, reactiveVar: number, voltageV: number): number | null {
  if (!(voltageV > 0)) return null;
  const currentA = Math.hypot(powerW, reactiveVar) / voltageV;
  return powerW < 0 ? -currentA : currentA;
}
