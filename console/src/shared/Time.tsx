import { Text, Tooltip, type TextProps } from "@mantine/core";
import { useInterval } from "@mantine/hooks";
import { useState } from "react";
import { formatExact, formatRelative } from "./format";

/** How long ago, or how soon; exact on hover and for screen readers. */
export function Time({ at, ...props }: { at: string | null | undefined } & TextProps) {
  const [now, setNow] = useState(Date.now);
  useInterval(() => setNow(Date.now()), 15_000, { autoInvoke: true });
  if (!at)
    return (
      <Text component="span" {...props}>
        —
      </Text>
    );
  return (
    <Tooltip label={formatExact(at)}>
      <Text component="time" dateTime={at} {...props}>
        {formatRelative(at, now)}
      </Text>
    </Tooltip>
  );
}
