import { useState } from "react";

interface Draft<T> {
  value: T;
  set: (change: Partial<T>) => void;
  changed: boolean;
  /** The original moved on while there were changes here: one of the two has to give way. */
  outrun: boolean;
  discard: () => void;
}

/** What a form holds. It follows its original, however that changes, until something is typed into it. */
export function useDraft<T extends object>(
  original: T,
  contentOf: (value: T) => unknown = (value) => value,
): Draft<T> {
  const [{ base, value }, setState] = useState({ base: original, value: original });
  const same = (a: T, b: T) => JSON.stringify(contentOf(a)) === JSON.stringify(contentOf(b));
  const next = follow({ base, value }, original, same);
  if (next.base !== base) setState(next);
  return {
    value: next.value,
    set: (change) => setState((before) => ({ ...before, value: { ...before.value, ...change } })),
    changed: !same(next.value, original),
    outrun: !same(next.base, original),
    discard: () => setState({ base: original, value: original }),
  };
}

interface State<T> {
  base: T;
  value: T;
}

/** Without changes the new original is taken, and where it is what was typed, as after a save, all is settled. */
export function follow<T>(state: State<T>, original: T, same: (a: T, b: T) => boolean): State<T> {
  if (same(state.base, original)) return state;
  const settled = same(state.value, state.base) || same(state.value, original);
  return settled ? { base: original, value: original } : state;
}
