import { Button, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Kind } from "~/api/types";
import { graphQuery } from "~/features/resources/related";

/** Takes an item out of the plan, and says before that who uses it. */
export function LeaveOut({
  kind,
  id,
  source,
  target,
  onLeaveOut,
}: {
  kind: Kind;
  id: string;
  source: string;
  target: string;
  onLeaveOut: () => void;
}) {
  const users = useQuery(graphQuery(source, kind, id, "dependents", 1));
  const names = (users.data?.nodes ?? []).flatMap((node) =>
    "missing" in node || node.id === id ? [] : [node.name],
  );
  return (
    <div>
      <Button size="xs" variant="default" onClick={onLeaveOut}>
        Leave out of this plan
      </Button>
      {names.length > 0 && (
        <Text size="xs" c="dimmed" mt={6} className="breakable">
          {names.join(", ")} {names.length > 1 ? "use" : "uses"} it: without it the reference leads to what{" "}
          {target} has, or nowhere.
        </Text>
      )}
    </div>
  );
}
