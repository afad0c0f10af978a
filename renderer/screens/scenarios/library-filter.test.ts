import { describe, expect, it } from 'vitest';
import { FAKE_SCENARIOS } from '../../host/fake-site.ts';
import { countedTags, foundScenarios } from './library-filter.ts';

const ids = (search: string, ...tags: string[]): readonly string[] => foundScenarios(FAKE_SCENARIOS, search, tags).map(({ id }) => id);

describe('a scenario is found', () => {
  it('by words of its title, its text, its id, its group and its tags, in any order and case', () => {
    expect(ids('FROZEN')).toEqual(['meter-frozen']);
    expect(ids('mounted wrong')).toEqual(['clamp-reversed']);
    expect(ids('line-228')).toEqual(['line-228-v']);
    expect(ids('slow meter')).toContain('meter-every-30-s');
    expect(ids('two breaker')).toHaveLength(FAKE_SCENARIOS.length);
    expect(ids('  ')).toHaveLength(FAKE_SCENARIOS.length);
  });

  it('only where it has all words and all tags', () => {
    expect(ids('meter frozen nothing-has-this')).toEqual([]);
    expect(ids('', 'two EVSEs', 'slow meter')).toEqual(['meter-every-30-s']);
    expect(ids('line', 'faults')).toEqual([]);
  });
});

describe('tags', () => {
  it('are counted, the most used first, and a chosen one stays when nothing has it', () => {
    const counted = countedTags(foundScenarios(FAKE_SCENARIOS, '', []), []);
    expect(counted[0]).toEqual({ tag: 'faults', count: 3 });
    expect(countedTags([], ['faults'])).toEqual([{ tag: 'faults', count: 0 }]);
  });
});
