import type { ScenarioSummary } from '../../../core/host-api/contract.ts';

const wordsOf = (text: string): readonly string[] => text.toLowerCase().split(/\s+/).filter((word) => word !== '');

/** Those that have every tag, and every word somewhere in title, text, id, group or tags. */
export function foundScenarios(scenarios: readonly ScenarioSummary[], search: string, tags: readonly string[]): readonly ScenarioSummary[] {
  const words = wordsOf(search);
  return scenarios.filter((scenario) => {
    const text = [scenario.title, scenario.about, scenario.id, scenario.group, ...scenario.tags].join(' ').toLowerCase();
    return tags.every((tag) => scenario.tags.includes(tag)) && words.every((word) => text.includes(word));
  });
}

export interface CountedTag {
  readonly tag: string;
  readonly count: number;
}

/** The most used first; a tag that would leave nothing is left out, but for one that is chosen. */
export function countedTags(scenarios: readonly ScenarioSummary[], chosen: readonly string[]): readonly CountedTag[] {
  const counts = new Map<string, number>(chosen.map((tag) => [tag, 0]));
  for (const tag of scenarios.flatMap((scenario) => [...new Set(scenario.tags)])) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts].map(([tag, count]) => ({ tag, count })).sort((a, b) => b.count - a.count || a.tag.localeCompare(b.tag));
}
