import { useLayoutEffect, useRef, useState, type RefObject } from 'react';

/** The width of an element in pixels, as it is now; `otherwise` where nothing is laid out. */
export function useWidth<T extends HTMLElement>(otherwise: number): readonly [RefObject<T | null>, number] {
  const place = useRef<T>(null);
  const [width, setWidth] = useState(otherwise);
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) return;
    const measure = (): void => setWidth(element.clientWidth > 0 ? element.clientWidth : otherwise);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, [otherwise]);
  return [place, width];
}
