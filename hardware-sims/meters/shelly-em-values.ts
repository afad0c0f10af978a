/** As told by the unit of captures/shelly-em/status-v1.12.1-exporting. */
export const SHELLY_FIRMWARE = '20221027-105518/v1.12.1-ga9117d3';

/** One channel of a Shelly EM as it stands in its topics and in `/emeter/<n>`. */
export interface ChannelValues {
  powerW: number;
  reactiveVar: number;
  pf: number;
  totalWh: number;
  totalReturnedWh: number;
  /** Since the last publication. */
  importWmin: number;
  exportWmin: number;
}

export function noChannelValues(): ChannelValues {
  return { powerW: 0, reactiveVar: 0, pf: 0, totalWh: 0, totalReturnedWh: 0, importWmin: 0, exportWmin: 0 };
}
