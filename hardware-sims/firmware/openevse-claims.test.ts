import { describe, expect, test } from 'vitest';
import { createClaims, findClaim, makeClaim, pilotOf, releaseAtSessionEnd, releaseClaim, targetOf, type Claim } from './openevse-claims.ts';

/** OpenEVSE reference, section c.1. */

const claim = (client: number, priority: number, changes: Partial<Claim> = {}): Claim => ({
  client,
  priority,
  state: null,
  chargeCurrentA: null,
  maxCurrentA: null,
  isAutoReleased: false,
  ...changes,
});

function claimsOf(...made: readonly Claim[]): ReturnType<typeof createClaims> {
  const claims = createClaims();
  for (const one of made) makeClaim(claims, one);
  return claims;
}

describe('each property goes to its own highest priority', () => {
  test('state, charge current and max current may come from three clients', () => {
    const target = targetOf(
      claimsOf(claim(1, 500, { state: 'active', chargeCurrentA: 16 }), claim(2, 5000, { maxCurrentA: 12 }), claim(3, 1000, { state: 'disabled' })),
    );
    expect([target.state?.client, target.chargeCurrent?.client, target.maxCurrent?.client]).toEqual([3, 1, 2]);
  });

  test('max_current is not the lowest of all: a shaper at 5000 with 30 A hides 10 A at 500', () => {
    const target = targetOf(claimsOf(claim(1, 500, { maxCurrentA: 10 }), claim(2, 5000, { maxCurrentA: 30 })));
    expect(pilotOf(target, 48, 6)).toBe(30);
  });

  test('of equal priorities the lower slot wins, and a freed slot is used again', () => {
    const claims = claimsOf(claim(1, 500, { chargeCurrentA: 10 }), claim(2, 500, { chargeCurrentA: 20 }));
    expect(targetOf(claims).chargeCurrent?.client).toBe(1);
    releaseClaim(claims, 1);
    makeClaim(claims, claim(3, 500, { chargeCurrentA: 30 }));
    expect(targetOf(claims).chargeCurrent?.client).toBe(3);
  });
});

describe('the pilot', () => {
  test.each([
    ['no claims', [], 34, 34],
    ['charge_current below the stored maximum', [claim(1, 500, { chargeCurrentA: 16 })], 34, 16],
    ['charge_current above it', [claim(1, 500, { chargeCurrentA: 40 })], 34, 34],
    ['below the minimum gives the minimum', [claim(1, 500, { chargeCurrentA: 3 })], 34, 6],
    ['0 A is no pause', [claim(1, 500, { chargeCurrentA: 0 })], 34, 6],
    ['max_current caps charge_current', [claim(1, 500, { chargeCurrentA: 20 }), claim(2, 5000, { maxCurrentA: 13 })], 34, 13],
  ])('%s', (_name, made, configuredMaxA, pilotA) => {
    expect(pilotOf(targetOf(claimsOf(...made)), configuredMaxA, 6)).toBe(pilotA);
  });
});

test('the eleventh client is refused, a known one may change its claim', () => {
  const claims = claimsOf(...Array.from({ length: 10 }, (_, index) => claim(index, 500)));
  expect(makeClaim(claims, claim(99, 500))).toBe(false);
  expect(makeClaim(claims, claim(4, 500, { chargeCurrentA: 8 }))).toBe(true);
  expect(findClaim(claims, 4)?.chargeCurrentA).toBe(8);
});

test('at the end of a session only auto-released claims go', () => {
  const claims = claimsOf(claim(1, 500, { isAutoReleased: true }), claim(2, 500));
  expect(releaseAtSessionEnd(claims)).toEqual([1]);
  expect(findClaim(claims, 2)).not.toBeNull();
});

test('every change raises the version that clients watch', () => {
  const claims = createClaims();
  makeClaim(claims, claim(1, 500));
  releaseClaim(claims, 1);
  expect(claims.version).toBe(2);
  expect(releaseClaim(claims, 1)).toBe(false);
  expect(claims.version).toBe(2);
});
