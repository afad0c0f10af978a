/** Telegrams of real meters, for tests: single ones out of the captures, each with its source. */
import { p1Checksum, p1ChecksumText } from '../p1-checksum.ts';

const CRLF = '\r\n';
const lines = (...all: readonly string[]): string => all.join(CRLF) + CRLF;

export const asciiBytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** evcc-io/evcc meter/dsmr_test.go dsmrTelegramADN (MIT): a Nordic meter, one decimal, both powers per phase. */
export const ADN9 = lines(
  '/ADN9 6534', '',
  '0-0:1.0.0(240108164940W)', '1-0:1.8.0(00010117.368*kWh)', '1-0:2.8.0(00000000.000*kWh)', '1-0:3.8.0(00001759.974*kVArh)', '1-0:4.8.0(00001260.519*kVArh)',
  '1-0:1.7.0(0004.251*kW)', '1-0:2.7.0(0000.000*kW)', '1-0:3.7.0(0001.279*kVAr)', '1-0:4.7.0(0000.000*kVAr)',
  '1-0:21.7.0(0001.462*kW)', '1-0:22.7.0(0000.000*kW)', '1-0:41.7.0(0001.263*kW)', '1-0:42.7.0(0000.000*kW)', '1-0:61.7.0(0001.523*kW)', '1-0:62.7.0(0000.000*kW)',
  '1-0:23.7.0(0000.529*kVAr)', '1-0:24.7.0(0000.000*kVAr)', '1-0:43.7.0(0000.500*kVAr)', '1-0:44.7.0(0000.000*kVAr)', '1-0:63.7.0(0000.269*kVAr)', '1-0:64.7.0(0000.000*kVAr)',
  '1-0:32.7.0(221.2*V)', '1-0:52.7.0(224.3*V)', '1-0:72.7.0(223.3*V)', '1-0:31.7.0(007.0*A)', '1-0:51.7.0(006.0*A)', '1-0:71.7.0(006.9*A)',
  '!759E',
);

/** ndokter/dsmr_parser test/example_telegrams.py TELEGRAM_V4_2 (MIT): whole amperes, no voltages. */
export const KAIFA = lines(
  '/KFM5KAIFA-METER', '',
  '1-3:0.2.8(42)', '0-0:1.0.0(161113205757W)', '0-0:96.1.1(3960221976967177082151037881335713)',
  '1-0:1.8.1(001581.123*kWh)', '1-0:1.8.2(001435.706*kWh)', '1-0:2.8.1(000000.000*kWh)', '1-0:2.8.2(000000.000*kWh)', '0-0:96.14.0(0002)',
  '1-0:1.7.0(02.027*kW)', '1-0:2.7.0(00.000*kW)', '0-0:96.7.21(00015)', '0-0:96.7.9(00007)',
  '1-0:99.97.0(3)(0-0:96.7.19)(000104180320W)(0000237126*s)(000101000001W)(2147583646*s)(000102000003W)(2317482647*s)',
  '1-0:32.32.0(00000)', '1-0:52.32.0(00000)', '1-0:72.32.0(00000)', '1-0:32.36.0(00000)', '1-0:52.36.0(00000)', '1-0:72.36.0(00000)',
  '0-0:96.13.1()', '0-0:96.13.0()', '1-0:31.7.0(000*A)', '1-0:51.7.0(006*A)', '1-0:71.7.0(002*A)',
  '1-0:21.7.0(00.170*kW)', '1-0:22.7.0(00.000*kW)', '1-0:41.7.0(01.247*kW)', '1-0:42.7.0(00.000*kW)', '1-0:61.7.0(00.209*kW)', '1-0:62.7.0(00.000*kW)',
  '0-1:24.1.0(003)', '0-1:96.1.0(4819243993373755377509728609491464)', '0-1:24.2.1(161129200000W)(00981.443*m3)',
  '!6796',
);

/** ndokter/dsmr_parser TELEGRAM_V2_2 (MIT): no CRC, gas on a line of its own. */
export const DSMR22 = lines(
  '/ISk5\\2MT382-1004', '',
  '0-0:96.1.1(00000000000000)', '1-0:1.8.1(00001.001*kWh)', '1-0:1.8.2(00001.001*kWh)', '1-0:2.8.1(00001.001*kWh)', '1-0:2.8.2(00001.001*kWh)', '0-0:96.14.0(0001)',
  '1-0:1.7.0(0001.01*kW)', '1-0:2.7.0(0000.00*kW)', '0-0:17.0.0(0999.00*kW)', '0-0:96.3.10(1)', '0-0:96.13.1()', '0-0:96.13.0()',
  '0-1:24.1.0(3)', '0-1:96.1.0(000000000000)', '0-1:24.3.0(161107190000)(00)(60)(1)(0-1:24.2.1)(m3)', '(00001.001)', '0-1:24.4.0(1)',
  '!',
);

/** ndokter/dsmr_parser TELEGRAM_UNPADDED_CRC (MIT, identifiers replaced): three digits of CRC, and no electricity. */
export const WARMTELINK = lines(
  '/NWA-WARMTELINK', '',
  '1-3:0.2.8(50)', '0-0:1.0.0(260215200523W)', '0-0:96.1.1(ADC0000000000044)', '0-0:96.13.1()', '0-0:96.13.0()',
  '0-1:24.1.0(004)', '0-1:96.1.0(0000000000000000)', '0-1:24.2.1(260215200523W)(240.860*GJ)',
  '!BFE',
);

/** A telegram of ours with its CRC: head and lines without the end. */
export function telegramOf(...objects: readonly string[]): string {
  const body = `/TST5\\made-up${CRLF}${CRLF}${objects.join(CRLF)}${CRLF}!`;
  return `${body}${p1ChecksumText(p1Checksum(asciiBytes(body)))}${CRLF}`;
}
