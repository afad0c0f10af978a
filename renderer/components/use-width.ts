import { useLayoutEffect, useState, type RefCallback } from 'react';

/** The width of an element in pixels, as it is now; `otherwise` where nothing is laid out. */
export function useWidth<T extends HTMLElement>(otherwise: number): readonly [RefCallback<T>, number] {
  // Held as state: the element may come later than the component.
  const [element, setElement] = useState<T | null>(null);
  const [width, setWidth] = useState(otherwise);
  useLayoutEffect(() => {
    if (element === null) return;
    const measure = (): void => setWidth(element.clientWidth > 0 ? element.clientWidth : otherwise);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, [element, otherwise]);
  return [setElement, width];
}
