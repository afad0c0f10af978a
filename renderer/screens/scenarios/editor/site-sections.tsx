import { EntryFrame } from './entry-frame.tsx';
import { ChoiceField, FormSection, NumberField, TextField } from './fields.tsx';
import { isObject, valueAt, type Path } from './json-edit.ts';
import { sitePath, withAnotherEvse, withOwnSite, type SiteList } from './site-edit.ts';
import { useEditor } from './use-editor.ts';

/** A value of the site as the file changes it, else as its template has it. */
function useSiteThing(list: SiteList, index: number, id: string) {
  const { file } = useEditor();
  const path = sitePath(file, list, index, id);
  const at = (...keys: readonly string[]): Path => [...path, ...keys];
  // The host judges the site with its changes, and names things by their place in it.
  return { at, named: (...keys: readonly string[]): readonly string[] => [`site/${list}/${index}${keys.map((key) => `/${key}`).join('')}`] };
}

function Breaker({ index }: { readonly index: number }) {
  const { check, file, change } = useEditor();
  const circuit = check?.site.circuits[index];
  const { at, named } = useSiteThing('circuits', index, circuit?.id ?? '');
  if (circuit === undefined) return null;
  const held = valueAt(file, at('breaker'));
  // In a change of a template the breaker stands as a whole.
  const writeRating = (ratingA: unknown, how?: 'typed'): void => {
    const before = isObject(held) ? held : { curve: circuit.breaker.curve };
    change(at('breaker'), ratingA === undefined ? undefined : { ...before, ratingA }, how);
  };
  return (
    <EntryFrame title={circuit.name} path={at().join('/')} alsoAt={named()}>
      <NumberField label="Breaker rating" unit="A" path={at('breaker', 'ratingA')} alsoAt={[...named('breaker'), at('breaker').join('/')]} otherwise={circuit.breaker.ratingA} onValue={writeRating} />
      <NumberField label="Continuous part" unit="of it" path={at('continuousFactor')} alsoAt={named('continuousFactor')} otherwise={circuit.continuousFactor} />
    </EntryFrame>
  );
}

export function BreakerSection() {
  const { check } = useEditor();
  return (
    <FormSection title="Breakers">
      {(check?.site.circuits ?? []).map(({ id }, index) => (
        <Breaker key={id} index={index} />
      ))}
    </FormSection>
  );
}

const PHASES = [
  ['1', '1 phase'],
  ['2', '2 phases or legs'],
  ['3', '3 phases'],
] as const;

function EvseEntry({ index }: { readonly index: number }) {
  const { check, file, change, replace } = useEditor();
  const evse = check?.site.evses[index];
  const { at, named } = useSiteThing('evses', index, evse?.id ?? '');
  if (check === null || evse === undefined) return null;
  const remove = (): void => {
    const own = withOwnSite(file, check.siteFile);
    if (isObject(file.site)) change(at(), undefined);
    else replace({ ...own, site: { ...check.siteFile, evses: (check.siteFile.evses as readonly unknown[]).filter((_, other) => other !== index) } });
  };
  const amps = (key: 'ratingA' | 'configuredMaxA' | 'failSafeCurrentA' | 'powerUpCurrentA', label: string) => <NumberField label={label} unit="A" path={at(key)} alsoAt={named(key)} otherwise={evse[key]} />;
  return (
    <EntryFrame title={evse.name} path={at().join('/')} alsoAt={named()} {...(check.site.evses.length > 1 ? { acts: { remove } } : {})}>
      <TextField label="Name" path={at('name')} alsoAt={named('name')} otherwise={evse.name} />
      <ChoiceField label="Circuit" path={at('circuitId')} alsoAt={named('circuitId')} otherwise={evse.circuitId} choices={check.site.circuits.map(({ id, name }) => [id, name])} />
      {amps('ratingA', 'Rating')}
      {amps('configuredMaxA', 'Configured limit')}
      {amps('failSafeCurrentA', 'Fail-safe')}
      {amps('powerUpCurrentA', 'Power-up')}
      <ChoiceField label="Uses" path={at('phaseCount')} alsoAt={named('phaseCount')} otherwise={evse.phaseCount} choices={PHASES} isNumber />
    </EntryFrame>
  );
}

/** Adding or removing one writes the whole site into the file: a template cannot be changed that far. */
export function EvseSection() {
  const { check, file, replace } = useEditor();
  return (
    <FormSection title="EVSEs" {...(check === null ? {} : { act: { label: 'Add an EVSE', run: () => replace(withAnotherEvse(file, check.siteFile)) } })}>
      {(check?.site.evses ?? []).map(({ id }, index) => (
        <EvseEntry key={id} index={index} />
      ))}
    </FormSection>
  );
}
