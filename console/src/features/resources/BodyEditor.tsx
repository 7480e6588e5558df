import { Alert, Stack } from "@mantine/core";
import { useState } from "react";
import type { Body, Kind } from "~/api/types";
import { JsonEditor } from "~/shared/code";
import { ViewSwitch } from "~/shared/ViewSwitch";
import { BODY_FIELDS } from "./bodyForm";
import { BodyForm } from "./BodyForm";

export interface BodyState {
  /** What is in the editor; the body follows as long as this is JSON. */
  text: string;
  body: Body;
  mistake: string | null;
}

export function bodyState(body: Body): BodyState {
  return { text: JSON.stringify(body, null, 2), body, mistake: null };
}

export function withText(state: BodyState, text: string): BodyState {
  try {
    const parsed: unknown = JSON.parse(text);
    if (parsed === null || typeof parsed !== "object" || Array.isArray(parsed)) {
      return { ...state, text, mistake: "A body is an object: { … }." };
    }
    return { text, body: parsed as Body, mistake: null };
  } catch (error) {
    return { ...state, text, mistake: error instanceof Error ? error.message : String(error) };
  }
}

/** A body, as a form for the usual fields or as JSON for all of it. */
export function BodyEditor({
  kind,
  state,
  onChange,
  readOnly = false,
}: {
  kind: Kind;
  state: BodyState;
  onChange: (state: BodyState) => void;
  readOnly?: boolean;
}) {
  const hasForm = BODY_FIELDS[kind].length > 0;
  const [view, setView] = useState<"form" | "json">(hasForm ? "form" : "json");
  return (
    <Stack gap="sm">
      {hasForm && (
        <ViewSwitch
          label="How to edit"
          views={{ form: "Form", json: "JSON" }}
          value={view}
          onChange={setView}
        />
      )}
      {state.mistake && (
        <Alert color="red" variant="outline" title="This is not JSON yet">
          {state.mistake}
        </Alert>
      )}
      {view === "form" ? (
        <BodyForm
          kind={kind}
          body={state.body}
          readOnly={readOnly}
          onChange={(body) => onChange(bodyState(body))}
        />
      ) : (
        <JsonEditor
          label="Body as JSON"
          value={state.text}
          readOnly={readOnly}
          onChange={(text) => onChange(withText(state, text))}
        />
      )}
    </Stack>
  );
}
