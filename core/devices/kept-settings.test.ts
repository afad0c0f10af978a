import { expect, test } from 'vitest';
import { keptSettings } from './kept-settings.ts';

/** Values of captures/openevse/config-v5.1.2, with secrets where a unit holds some. */
const DOCUMENT = {
  ssid: 'home',
  pass: 'wifi-secret',
  www_username: 'ada',
  www_password: 'www-secret',
  mqtt_server: '192.168.1.198',
  mqtt_user: 'devices',
  mqtt_pass: 'mqtt-secret',
  emoncms_apikey: 'api-secret',
  ocpp_authkey: 'ocpp-secret',
  ocpp_idtag: 'tag-secret',
  tesla_access_token: 'tesla-secret',
  rfid_storage: 'card-secret',
  ohm: 'ohm-secret',
  evse_serial: 'serial-secret',
  mqtt_supported_protocols: ['mqtt', 'mqtts'],
  max_current_soft: 48,
  divert_PV_ratio: 1.1,
  current_shaper_enabled: true,
  current_shaper_max_pwr: 9600,
  mqtt_live_pwr: 'shellies/shellyem-B164B8/emeter/0/power',
};

test('what decides about currents is kept, and nothing that opens a door or names a person', () => {
  expect(keptSettings('openevse', DOCUMENT)).toEqual({
    max_current_soft: 48,
    divert_PV_ratio: 1.1,
    current_shaper_enabled: true,
    current_shaper_max_pwr: 9600,
    mqtt_live_pwr: 'shellies/shellyem-B164B8/emeter/0/power',
  });
});

test('the same settings are the same bytes in whatever order they were told', () => {
  const turned = Object.fromEntries(Object.entries(DOCUMENT).reverse());
  expect(JSON.stringify(keptSettings('openevse', turned))).toBe(JSON.stringify(keptSettings('openevse', DOCUMENT)));
});

test('nothing is kept of a model whose keys nobody has looked through, nor what is no plain value', () => {
  expect(keptSettings('easee', DOCUMENT)).toEqual({});
  expect(keptSettings('openevse', { max_current_soft: null, voltage: NaN, schedule: [] })).toEqual({});
});
