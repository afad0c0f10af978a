import type { TemplateSummary } from '../../../core/host-api/contract.ts';
import { SiteSketch } from '../../diagram/site-sketch.tsx';
import { Sentence } from '../../components/sentence.tsx';
import { missingText, templateFacts } from '../../words/sites.ts';

export function TemplateTiles({ templates, isLocked, onChoose }: { readonly templates: readonly TemplateSummary[]; readonly isLocked: boolean; readonly onChoose: (id: string) => void }) {
  return (
    <section aria-labelledby="templates-title" className="templates">
      <div className="start-head">
        <h2 id="templates-title">New site from a template</h2>
        <span className="small secondary">each is a project of its own and opens simulated; connect hardware later</span>
      </div>
      <div className="tiles">
        {templates.map((template) => {
          const missing = missingText(template);
          return (
            <button key={template.id} type="button" className={missing === null ? 'tile' : 'tile resting'} disabled={isLocked} onClick={() => onChoose(template.id)}>
              <SiteSketch site={template.site} />
              <span className="tile-name">{template.site.name}</span>
              <span className="small secondary">
                <Sentence text={templateFacts(template.site)} />
              </span>
              {missing === null ? null : <span className="small tile-missing">{missing}</span>}
            </button>
          );
        })}
      </div>
    </section>
  );
}
