import { ChargebenchError } from '../errors.ts';
import type { MeterDescription, MeterDescriptions } from './meter-description-schema.ts';
import abbB23 from './meters/abb-b23.json' with { type: 'json' };
import acrelAdl400EvL2 from './meters/acrel-adl400-ev-l2.json' with { type: 'json' };
import acrelAdl400Mains from './meters/acrel-adl400-mains.json' with { type: 'json' };
import carlogavazziEm340 from './meters/carlogavazzi-em340.json' with { type: 'json' };
import chintDdsu666 from './meters/chint-ddsu666.json' with { type: 'json' };
import chintDdsu666H from './meters/chint-ddsu666-h.json' with { type: 'json' };
import chintDtsu666 from './meters/chint-dtsu666.json' with { type: 'json' };
import eastronSdm120 from './meters/eastron-sdm120.json' with { type: 'json' };
import eastronSdm230 from './meters/eastron-sdm230.json' with { type: 'json' };
import eastronSdm630 from './meters/eastron-sdm630.json' with { type: 'json' };
import eastronSdm630Inverted from './meters/eastron-sdm630-inverted.json' with { type: 'json' };
import eastronSdm72d from './meters/eastron-sdm72d.json' with { type: 'json' };
import finder7e78 from './meters/finder-7e78.json' with { type: 'json' };
import finder7m38 from './meters/finder-7m38.json' with { type: 'json' };
import ineproPro380 from './meters/inepro-pro380.json' with { type: 'json' };
import modbusMeter from './meters/modbus-meter.json' with { type: 'json' };
import ornoOrWe516 from './meters/orno-or-we-516.json' with { type: 'json' };
import ornoOrWe517 from './meters/orno-or-we-517.json' with { type: 'json' };
import p1 from './meters/p1.json' with { type: 'json' };
import phoenixEem350DMcb from './meters/phoenix-eem-350-d-mcb.json' with { type: 'json' };
import schneiderIem2150 from './meters/schneider-iem2150.json' with { type: 'json' };
import schneiderIem3x5x from './meters/schneider-iem3x5x.json' with { type: 'json' };
import sensorbox from './meters/sensorbox.json' with { type: 'json' };
import sensorbox1 from './meters/sensorbox-1.json' with { type: 'json' };
import sensorbox3Wire from './meters/sensorbox-3-wire.json' with { type: 'json' };
import shelly3em from './meters/shelly-3em.json' with { type: 'json' };
import shellyEm from './meters/shelly-em.json' with { type: 'json' };
import sinotimerDts6619 from './meters/sinotimer-dts6619.json' with { type: 'json' };
import solaredgeSunspecMeter from './meters/solaredge-sunspec-meter.json' with { type: 'json' };
import wago87930x0 from './meters/wago-879-30x0.json' with { type: 'json' };
import { restoreMeterDescription } from './restore-meter-description.ts';

const FILES: readonly unknown[] = [
  abbB23,
  acrelAdl400EvL2,
  acrelAdl400Mains,
  carlogavazziEm340,
  chintDdsu666,
  chintDdsu666H,
  chintDtsu666,
  eastronSdm120,
  eastronSdm230,
  eastronSdm630,
  eastronSdm630Inverted,
  eastronSdm72d,
  finder7e78,
  finder7m38,
  ineproPro380,
  modbusMeter,
  ornoOrWe516,
  ornoOrWe517,
  p1,
  phoenixEem350DMcb,
  schneiderIem2150,
  schneiderIem3x5x,
  sensorbox,
  sensorbox1,
  sensorbox3Wire,
  shelly3em,
  shellyEm,
  sinotimerDts6619,
  solaredgeSunspecMeter,
  wago87930x0,
];

/** The meter models that come with the program. */
export const BUNDLED_METERS: MeterDescriptions = new Map(FILES.map(bundled).map((description) => [description.model, description]));

function bundled(file: unknown): MeterDescription {
  const restored = restoreMeterDescription(file);
  if (!restored.ok) throw new ChargebenchError(restored.error.code, restored.error.context);
  return restored.value;
}
