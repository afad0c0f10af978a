import type { MeterModel, SiteKnowledge } from '../site/site-knowledge.ts';
import type { MeterDescription, MeterDescriptions } from './meter-description-schema.ts';

/** What a site is judged by, of all these descriptions. */
export function siteKnowledgeOf(meterModels: MeterDescriptions): SiteKnowledge {
  return { meterModels: new Map([...meterModels].map(([model, description]) => [model, modelOf(description)])), refused: [] };
}

function modelOf({ links, clamps, modbus }: MeterDescription): MeterModel {
  // A device that measures one phase has nothing to say about the others.
  const fitting = modbus?.phases === 1 ? clamps.filter((clamp) => clamp !== 'each-phase') : clamps;
  return { links, clamps: fitting, needsCustomRegisters: modbus === undefined && links.includes('modbus') };
}
