import { Button, Code, Group, Progress, Stack, Table, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { uploadDocument } from "~/api/upload";
import { DropZone } from "~/shared/DropZone";
import { formatBytes } from "~/shared/format";
import { notifyDone } from "~/shared/notify";
import { ProblemPanel } from "~/shared/ProblemPanel";
import type { TabProps } from "./tab";

export function FileTab({ tenant, resource, mayEdit }: TabProps) {
  const queries = useQueryClient();
  const [share, setShare] = useState(0);
  const stop = useRef<AbortController>(null);
  const upload = useMutation({
    mutationFn: (file: File) => {
      stop.current = new AbortController();
      setShare(0);
      return uploadDocument(tenant, resource.id, file, setShare, stop.current.signal);
    },
    onSuccess: (_, file) => {
      notifyDone(`${file.name} is uploaded.`);
      return queries.invalidateQueries({ queryKey: ["resources", tenant] });
    },
  });
  const { content } = resource;
  const stopped = upload.error instanceof DOMException;
  return (
    <Stack gap="md" maw={760}>
      {content ? (
        <div className="surface">
          <Table aria-label="The file">
            <Table.Tbody>
              <Table.Tr>
                <Table.Th w={130}>Type</Table.Th>
                <Table.Td className="breakable">{content.mediaType}</Table.Td>
              </Table.Tr>
              <Table.Tr>
                <Table.Th>Size</Table.Th>
                <Table.Td>{formatBytes(content.size)}</Table.Td>
              </Table.Tr>
              <Table.Tr>
                <Table.Th>SHA-256</Table.Th>
                <Table.Td>
                  <Code className="breakable">{content.sha256}</Code>
                </Table.Td>
              </Table.Tr>
            </Table.Tbody>
          </Table>
        </div>
      ) : (
        <Text c="dimmed">
          No file is uploaded. A document may also point at an address elsewhere, under Details.
        </Text>
      )}
      {mayEdit && (
        <DropZone busy={upload.isPending} onFiles={([file]) => file && upload.mutate(file)}>
          {content ? "Drop a file here to replace this one" : "Drop a file here to upload it"}
        </DropZone>
      )}
      {upload.isPending && (
        <Group wrap="nowrap">
          <Progress value={share * 100} style={{ flex: 1 }} aria-label="Upload" />
          <Text size="sm" className="tabular">
            {Math.round(share * 100)} %
          </Text>
          <Button size="xs" variant="default" onClick={() => stop.current?.abort()}>
            Stop
          </Button>
        </Group>
      )}
      {upload.error && !stopped && <ProblemPanel error={upload.error} />}
    </Stack>
  );
}
