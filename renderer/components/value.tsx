import { THIN, type Quantity } from '../words/numbers.ts';

/** Value, thin space, unit; never broken over two lines. */
export function Value({ quantity, className = '' }: { readonly quantity: Quantity; readonly className?: string }) {
  const isAbsent = quantity.unit === '';
  return (
    <span className={`num ${isAbsent ? 'no-value' : ''} ${className}`}>
      {quantity.value}
      {isAbsent ? null : <span className="unit">{`${THIN}${quantity.unit}`}</span>}
    </span>
  );
}
