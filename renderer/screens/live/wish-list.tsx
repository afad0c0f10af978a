import type { HeldWish } from '../../../core/host-api/contract.ts';
import { Sentence } from '../../components/sentence.tsx';
import { Close } from '../../icons/icons.tsx';
import type { Names } from '../../words/names.ts';
import { wishAbout, wishSentence } from '../../words/wishes.ts';

export interface WishListProps {
  readonly wishes: readonly HeldWish[];
  readonly names: Names;
  /** Names whom each concerns; without, the place says it. */
  readonly saysWhom?: boolean;
  readonly isLocked: boolean;
  readonly onTakeBack: (wishId: string) => void;
}

/** What a person asked for, who and until when, each with the way back. */
export function WishList({ wishes, names, saysWhom = false, isLocked, onTakeBack }: WishListProps) {
  if (wishes.length === 0) return null;
  return (
    <ul className="wishes">
      {wishes.map((wish) => (
        <li key={wish.id}>
          <span>
            <Sentence text={saysWhom ? `${capital(wishAbout(wish, names))}: ${wishSentence(wish, names)}` : wishSentence(wish, names)} />
          </span>
          <button type="button" className="button compact quiet" disabled={isLocked} onClick={() => onTakeBack(wish.id)}>
            <Close size={14} />
            Take back
            <span className="visually-hidden">
              {' '}
              for {wishAbout(wish, names)}: {wishSentence(wish, names)}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
