import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { cspNonce } from "~/app/nonce";

const highlight = HighlightStyle.define([
  { tag: tags.propertyName, color: "light-dark(#0d5f8a, #8cc6f0)" },
  { tag: tags.string, color: "light-dark(#1d6a35, #8fd6a6)" },
  { tag: [tags.number, tags.bool, tags.null], color: "light-dark(#8a4a00, #f0bd66)" },
  { tag: [tags.punctuation, tags.separator, tags.bracket], color: "light-dark(#56626e, #a3b0bd)" },
]);

const look = EditorView.theme({
  "&": { fontSize: "12.5px", color: "var(--mantine-color-text)", backgroundColor: "var(--mantine-color-body)" },
  "&.cm-focused": { outline: "2px solid var(--tone-brand)", outlineOffset: "-1px" },
  ".cm-content": { fontFamily: "var(--mantine-font-family-monospace)", caretColor: "var(--mantine-color-text)" },
  ".cm-cursor": { borderLeftColor: "var(--mantine-color-text)" },
  ".cm-gutters": {
    backgroundColor: "var(--wash-neutral)",
    color: "var(--mantine-color-dimmed)",
    borderRight: "1px solid var(--line)",
  },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--wash-brand)" },
  ".cm-selectionBackground, &.cm-focused .cm-selectionBackground": {
    backgroundColor: "light-dark(#cfe6e3, #21484a) !important",
  },
  "&.cm-merge-a .cm-changedLine, .cm-deletedChunk": { backgroundColor: "var(--wash-blocked) !important" },
  "&.cm-merge-b .cm-changedLine, .cm-changedLine": { backgroundColor: "var(--wash-create) !important" },
  "&.cm-merge-a .cm-changedText, .cm-deletedText": { background: "light-dark(#f6c9c9, #6b2c2e) !important" },
  "&.cm-merge-b .cm-changedText, .cm-changedText": { background: "light-dark(#bfe5cc, #1f5636) !important" },
  ".cm-collapsedLines": { background: "var(--wash-neutral)", color: "var(--mantine-color-dimmed)" },
});

export const appearance: Extension = [syntaxHighlighting(highlight), look, EditorView.cspNonce.of(cspNonce())];
