import { NumberInput, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import type { Body, Kind } from "~/api/types";
import { fieldsFor, idsOf, withField, withIds, type BodyField } from "./bodyForm";
import { ReferencePicker } from "./ReferencePicker";

export function BodyForm({
  kind,
  body,
  readOnly,
  onChange,
}: {
  kind: Kind;
  body: Body;
  readOnly: boolean;
  onChange: (body: Body) => void;
}) {
  const fields = fieldsFor(kind, body);
  const others = Object.keys(body).filter((name) => !fields.some((field) => field.name === name));
  return (
    <Stack gap="md">
      {fields.map((field) => (
        <Field
          key={field.name}
          field={field}
          value={body[field.name]}
          readOnly={readOnly}
          onChange={(value) => onChange(withField(body, field.name, value))}
        />
      ))}
      {others.length > 0 && (
        <Text size="sm" c="dimmed">
          More in the JSON: <span className="mono">{others.join(", ")}</span>
        </Text>
      )}
    </Stack>
  );
}

function Field({
  field,
  value,
  readOnly,
  onChange,
}: {
  field: BodyField;
  value: unknown;
  readOnly: boolean;
  onChange: (value: unknown) => void;
}) {
  const common = { label: field.label, description: field.hint, readOnly };
  const text = typeof value === "string" ? value : "";
  switch (field.input) {
    case "text":
      return <TextInput {...common} value={text} onChange={(event) => onChange(event.currentTarget.value)} />;
    case "longText":
      return (
        <Textarea
          {...common}
          autosize
          minRows={4}
          maxRows={18}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case "code":
      return (
        <Textarea
          {...common}
          autosize
          minRows={5}
          maxRows={24}
          value={text}
          spellCheck={false}
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case "number":
      return (
        <NumberInput
          {...common}
          min={0}
          allowDecimal={false}
          value={typeof value === "number" ? value : ""}
          onChange={(next) => onChange(typeof next === "number" ? next : undefined)}
        />
      );
    case "choice": {
      const choices = field.choices ?? [];
      return (
        <Select
          {...common}
          data={text && !choices.includes(text) ? [...choices, text] : choices}
          value={text || null}
          clearable
          onChange={(next) => onChange(next ?? undefined)}
        />
      );
    }
    case "reference":
      return (
        <ReferencePicker
          single
          kind={field.kind!}
          label={field.label}
          hint={field.hint}
          readOnly={readOnly}
          value={text ? [text] : []}
          onChange={([id]) => onChange(id)}
        />
      );
    case "references":
      return (
        <ReferencePicker
          kind={field.kind!}
          label={field.label}
          hint={field.hint}
          readOnly={readOnly}
          value={idsOf(value, field.member)}
          onChange={(ids) => onChange(withIds(value, ids, field.member))}
        />
      );
  }
}
