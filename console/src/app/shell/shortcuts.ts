import { useEffect, useRef } from "react";

export interface Shortcut {
  /** "g s" for one after the other, "?" for one. */
  keys: string;
  label: string;
  run: () => void;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

const PATIENCE_MS = 1200;

/** Keys of a page or of the shell. Silent while someone types or a dialog is open. */
export function useShortcuts(shortcuts: Shortcut[]): void {
  const current = useRef(shortcuts);
  useEffect(() => {
    current.current = shortcuts;
  });
  useEffect(() => {
    let pending = "";
    let pendingSince = 0;
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target))
        return;
      if (document.querySelector("[role='dialog'][aria-modal='true']")) return;
      const fresh = pending !== "" && event.timeStamp - pendingSince < PATIENCE_MS;
      const pressed = fresh ? `${pending} ${event.key}` : event.key;
      const hit = current.current.find(({ keys }) => keys === pressed);
      const opens = current.current.some(({ keys }) => keys.startsWith(`${pressed} `));
      pending = opens ? pressed : "";
      pendingSince = event.timeStamp;
      if (hit) {
        event.preventDefault();
        hit.run();
      }
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
}
