import { SegmentedControl } from "@mantine/core";

/** Which of a few ways to look at the same thing. */
export function ViewSwitch<View extends string>({
  label,
  views,
  value,
  onChange,
}: {
  label: string;
  /** What each is called, in the order in which they stand. */
  views: Record<View, string>;
  value: View;
  onChange: (view: View) => void;
}) {
  return (
    <SegmentedControl
      size="xs"
      w="fit-content"
      aria-label={label}
      data={Object.entries<string>(views).map(([view, name]) => ({ value: view as View, label: name }))}
      value={value}
      onChange={onChange}
    />
  );
}
