import { TextInput, type TextInputProps } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";

const PAUSE_MS = 250;

/** Narrows a list once the typing pauses; the key `/` leads here. */
export function FilterField({
  label,
  value,
  onChange,
  placeholder = "Filter by name",
  ...look
}: Pick<TextInputProps, "w" | "maw" | "flex" | "size"> & {
  label: string;
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
}) {
  const [text, setText] = useState(value);
  const told = useRef(value);
  const tell = useDebouncedCallback((typed: string) => {
    told.current = typed;
    onChange(typed);
  }, PAUSE_MS);
  // What comes from elsewhere, such as a button that clears the filters, wins over what stands here.
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setText(value);
  }, [value]);
  return (
    <TextInput
      {...look}
      data-filter
      aria-label={label}
      placeholder={placeholder}
      leftSection={<IconSearch size={15} />}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        tell(event.currentTarget.value);
      }}
    />
  );
}
