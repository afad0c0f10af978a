import { useView } from '../store/view-store.ts';
import { EVERYWHERE, IN_THE_EDITOR, ON_DEVICES, ON_LIVE, ON_SCENARIOS, type KeyWords } from '../words/key-map.ts';
import { SCREEN_WORDS } from '../words/screens.ts';

function KeyTable({ caption, rows }: { readonly caption: string; readonly rows: readonly KeyWords[] }) {
  return (
    <section>
      <h2>{caption}</h2>
      <table className="key-table">
        <tbody>
          {rows.map(({ keys, act }) => (
            <tr key={keys}>
              <td>
                <kbd className="kbd">{keys}</kbd>
              </td>
              <td>{act}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function KeysSheet() {
  const screen = useView((state) => state.screen);
  const hasLetters = useView((state) => state.hasLetterKeys);
  const own = screen === 'scenarios' ? ON_SCENARIOS : screen === 'live' ? ON_LIVE : screen === 'devices' ? ON_DEVICES : [];
  return (
    <div className="sheet-body">
      {own.length > 0 ? <KeyTable caption={SCREEN_WORDS[screen].title} rows={own} /> : null}
      {screen === 'scenarios' ? <KeyTable caption="Scenario editor" rows={IN_THE_EDITOR} /> : null}
      <KeyTable caption="Everywhere" rows={EVERYWHERE} />
      <p className="small muted">{hasLetters ? 'Letters act outside text fields. Settings switches them off.' : 'Single letters are switched off in Settings.'}</p>
    </div>
  );
}
