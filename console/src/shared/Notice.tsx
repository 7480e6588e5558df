import { Alert, type AlertProps } from "@mantine/core";

/** Something to look at before going on: not a mistake, and not nothing. */
export function Notice(props: AlertProps) {
  return (
    <Alert
      color="yellow"
      variant="outline"
      p="sm"
      styles={{ root: { background: "var(--wash-drift)" }, title: { color: "var(--tone-drift)" } }}
      {...props}
    />
  );
}
