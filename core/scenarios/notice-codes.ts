import type { NoticeCode } from '../balancing/setpoint.ts';

/** Every notice, so that a scenario cannot expect one that nobody gives. A code that is missing here does not compile. */
const CODES = {
  'meter-stale': true,
  'meter-frozen': true,
  'meter-reversed': true,
  'meter-too-low': true,
  'meter-refused': true,
  'evse-silent': true,
  'evse-refused': true,
  'evse-ignores-setpoint': true,
  'evse-restarted': true,
  'evse-other-commander': true,
  'offer-not-sent': true,
  'above-continuous-limit': true,
  'above-rating': true,
  starting: true,
  'clock-jump': true,
  'input-refused': true,
  'battery-value-old': true,
  'capacity-exceeded': true,
  dimmed: true,
  'temperature-high': true,
  'override-ended': true,
  'control-ended': true,
  'ride-through': true,
  'evse-offer-changed': true,
  'evse-contested': true,
} satisfies Readonly<Record<NoticeCode, true>>;

export const NOTICE_CODES = Object.keys(CODES) as readonly NoticeCode[];
