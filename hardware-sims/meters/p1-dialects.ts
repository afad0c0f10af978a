/** How meters of different ages and countries write their P1 telegrams, as data; each after the capture named. */

export interface P1Dialect {
  readonly identification: string;
  /** Lines of the head, behind the empty one. */
  readonly head: readonly string[];
  readonly hasTime: boolean;
  readonly hasChecksum: boolean;
  /** Appended to every code. */
  readonly suffix: '' | '*255';
  readonly power: { readonly unit: 'kW' | 'W'; readonly integers: number; readonly decimals: number };
  readonly energy: { readonly unit: 'kWh' | 'Wh'; readonly integers: number; readonly decimals: number };
  readonly registers: 'tariffs' | 'combined' | 'both';
  readonly hasExport: boolean;
  /** Null where no currents are printed; cut off, not rounded (capture p1/dsmr50-iskra-real). */
  readonly currentDecimals: number | null;
  readonly hasVoltage: boolean;
  /** Without neutral: the voltage of L2 is printed as 000.0. */
  readonly isThreeWire: boolean;
  readonly hasPhasePower: boolean;
  readonly hasReactive: boolean;
  readonly periodMs: 1000 | 10_000;
  readonly format: 'old' | 'new';
  /** Printed behind the telegram's end. */
  readonly trailer: readonly number[];
}

const KW = { unit: 'kW', integers: 2, decimals: 3 } as const;
const KWH = { unit: 'kWh', integers: 6, decimals: 3 } as const;

const DUTCH: P1Dialect = {
  identification: 'ISK5\\2M550T-1011',
  head: ['1-3:0.2.8(50)'],
  hasTime: true,
  hasChecksum: true,
  suffix: '',
  power: KW,
  energy: KWH,
  registers: 'tariffs',
  hasExport: true,
  currentDecimals: 0,
  hasVoltage: true,
  isThreeWire: false,
  hasPhasePower: true,
  hasReactive: false,
  periodMs: 1000,
  format: 'new',
  trailer: [],
};

const TOTAL_ONLY = { currentDecimals: null, hasVoltage: false, hasPhasePower: false } as const;
const OLD_DUTCH = { ...DUTCH, ...TOTAL_ONLY, head: [], hasTime: false, hasChecksum: false, periodMs: 10_000, format: 'old' } as const;
const BELGIAN: P1Dialect = { ...DUTCH, identification: 'FLU5\\253769484_A', head: ['0-0:96.1.4(50217)'], currentDecimals: 2 };
const DECADES = { unit: 'kW', integers: 4, decimals: 3 } as const;

/** By name: version or country. */
export const P1_DIALECTS = {
  'dsmr-2.2': { ...OLD_DUTCH, identification: 'ISk5\\2MT382-1004', power: { unit: 'kW', integers: 4, decimals: 2 }, energy: { unit: 'kWh', integers: 5, decimals: 3 } },
  'dsmr-3': { ...OLD_DUTCH, identification: 'ISk5\\2MT382-1000', power: { unit: 'kW', integers: 3, decimals: 2 }, energy: { unit: 'kWh', integers: 5, decimals: 3 } },
  'dsmr-4': { ...DUTCH, identification: 'KFM5KAIFA-METER', head: ['1-3:0.2.8(42)'], hasVoltage: false, periodMs: 10_000 },
  'dsmr-5': DUTCH,
  belgium: BELGIAN,
  'belgium-three-wire': { ...BELGIAN, identification: 'FLU5\\123456789_A', head: ['0-0:96.1.4(50213)'], currentDecimals: 0, isThreeWire: true, hasPhasePower: false },
  luxembourg: { ...DUTCH, ...TOTAL_ONLY, identification: 'Lux5\\ABCDEFG123_D', head: ['1-3:0.2.8(42)'], registers: 'combined', periodMs: 10_000 },
  sweden: { ...DUTCH, identification: 'ADN9 6534', head: [], power: DECADES, energy: { unit: 'kWh', integers: 8, decimals: 3 }, registers: 'combined', currentDecimals: 1, hasReactive: true, periodMs: 10_000 },
  hungary: { ...DUTCH, identification: 'SAG5SAG-METER', head: [], registers: 'both', hasPhasePower: false, periodMs: 10_000 },
  austria: {
    ...DUTCH,
    ...TOTAL_ONLY,
    identification: 'EST5\\253710000_A',
    power: { unit: 'W', integers: 9, decimals: 0 },
    energy: { unit: 'Wh', integers: 9, decimals: 0 },
    registers: 'both',
  },
  germany: {
    ...DUTCH,
    identification: 'ESY5Q3DB1024 V3.04',
    head: [],
    hasTime: false,
    hasChecksum: false,
    suffix: '*255',
    power: { unit: 'W', integers: 6, decimals: 2 },
    energy: { unit: 'kWh', integers: 8, decimals: 7 },
    registers: 'combined',
    hasExport: false,
    currentDecimals: null,
    hasVoltage: false,
    trailer: [0x0d, 0x0a, ...Array.from('  25803103', (character) => character.charCodeAt(0)), 0x0d, 0x0a, ...Array.from({ length: 33 }, () => 0xff), 0x0d, 0x0a],
  },
} as const satisfies Readonly<Record<string, P1Dialect>>;

export type P1DialectName = keyof typeof P1_DIALECTS;
