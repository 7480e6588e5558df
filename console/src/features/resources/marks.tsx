import { Group } from "@mantine/core";
import type { Resource, ResourceSummary } from "~/api/types";
import { KIND_INFO } from "~/shared/kinds";
import { Mark } from "~/shared/Mark";

/** Where a resource came from, and what became of it since. */
export function OriginMarks({ resource }: { resource: ResourceSummary & Partial<Pick<Resource, "override">> }) {
  if (!resource.syncedFrom) {
    return resource.detachedFrom ? (
      <Mark tone="neutral" glyph="⌁" hint="It no longer follows its source.">
        detached from {resource.detachedFrom.source}
      </Mark>
    ) : null;
  }
  return (
    <Group gap={4}>
      <Mark tone="brand" glyph="⇤" hint="A copy: the next sync brings it up to date.">
        from {resource.syncedFrom}
      </Mark>
      {resource.drifted && (
        <Mark tone="drift" glyph="!" hint="Edited here since it was last synced.">
          drift
        </Mark>
      )}
      {resource.override && (
        <Mark tone="update" glyph="◇" hint="Keeps values of its own through each sync.">
          override
        </Mark>
      )}
      {resource.releaseName && (
        <Mark tone="neutral" hint="Came with this release.">
          {resource.releaseName}
        </Mark>
      )}
    </Group>
  );
}

export function VersionMark({ resource }: { resource: ResourceSummary }) {
  if (!KIND_INFO[resource.kind].versioned) return null;
  return (
    <Group gap={4}>
      {resource.publishedVersion !== null && <Mark tone="neutral">v{resource.publishedVersion}</Mark>}
      {resource.draft && (
        <Mark tone="update" glyph="✎" hint="Has changes that are not published.">
          draft
        </Mark>
      )}
    </Group>
  );
}
