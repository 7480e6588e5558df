import { json } from "@codemirror/lang-json";
import { MergeView, unifiedMergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { useMediaQuery } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import { appearance } from "./theme";

/** Two texts: side by side where there is room for both, else one below the other. */
export default function TextDiff({
  before,
  after,
  language = "text",
  label,
}: {
  before: string;
  after: string;
  language?: "json" | "text";
  label: string;
}) {
  const host = useRef<HTMLDivElement>(null);
  const narrow = useMediaQuery("(max-width: 62em)");
  useEffect(() => {
    const extensions = [
      lineNumbers(),
      appearance,
      EditorView.lineWrapping,
      EditorState.readOnly.of(true),
      EditorView.editable.of(false),
      EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
      ...(language === "json" ? [json()] : []),
    ];
    const collapse = { margin: 3, minSize: 6 };
    const view = narrow
      ? new EditorView({
          parent: host.current!,
          doc: after,
          extensions: [
            ...extensions,
            unifiedMergeView({ original: before, mergeControls: false, collapseUnchanged: collapse }),
          ],
        })
      : new MergeView({
          parent: host.current!,
          a: { doc: before, extensions },
          b: { doc: after, extensions },
          collapseUnchanged: collapse,
        });
    return () => view.destroy();
  }, [before, after, language, label, narrow]);
  return <div ref={host} className="surface" style={{ overflow: "auto", maxHeight: "70vh" }} />;
}
