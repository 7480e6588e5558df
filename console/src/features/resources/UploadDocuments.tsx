import { Button, Group, Progress, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { call } from "~/api/client";
import { asProblem } from "~/api/problem";
import { uploadDocument } from "~/api/upload";
import { useTenantId } from "~/app/tenant";
import { DropZone } from "~/shared/DropZone";
import { AnchorLink } from "~/shared/links";
import { Mark } from "~/shared/Mark";

interface Upload {
  file: File;
  /** Of the document, once it is made. */
  id?: string;
  share: number;
  state: "waiting" | "going" | "done" | "failed" | "stopped";
  why?: string;
}

const LOOKS = {
  done: { tone: "create", glyph: "✓", word: "uploaded" },
  failed: { tone: "blocked", glyph: "×", word: "failed" },
  stopped: { tone: "neutral", glyph: "–", word: "stopped" },
} as const;

/** Makes a document of each file that is dropped, one after the other. */
export function UploadDocuments() {
  const tenant = useTenantId();
  const queries = useQueryClient();
  const [uploads, setUploads] = useState<Upload[]>([]);
  const stop = useRef(new AbortController());
  const busy = uploads.some(({ state }) => state === "waiting" || state === "going");
  useEffect(() => () => stop.current.abort(), []);

  const tell = (file: File, change: Partial<Upload>) =>
    setUploads((all) => all.map((upload) => (upload.file === file ? { ...upload, ...change } : upload)));
  const send = async (file: File, signal: AbortSignal) => {
    tell(file, { state: "going" });
    const body = { name: file.name, body: { fileName: file.name } };
    const { id } = await call(tenant, "post", "/api/{kind}", { path: { kind: "documents" }, body });
    tell(file, { id });
    await uploadDocument(tenant, id, file, (share) => tell(file, { share }), signal);
    tell(file, { state: "done" });
    void queries.invalidateQueries({ queryKey: ["resources", tenant] });
  };
  const sendAll = async (files: File[]) => {
    const { signal } = (stop.current = new AbortController());
    setUploads(files.map((file) => ({ file, share: 0, state: "waiting" })));
    for (const file of files) {
      if (signal.aborted) tell(file, { state: "stopped" });
      else
        await send(file, signal).catch((error: unknown) =>
          tell(file, signal.aborted ? { state: "stopped" } : { state: "failed", why: asProblem(error).detail }),
        );
    }
  };

  return (
    <Stack gap="xs">
      <DropZone multiple busy={busy} onFiles={(files) => void sendAll(files)}>
        Drop files here: each becomes a document
      </DropZone>
      {uploads.length > 0 && (
        <Stack className="surface" p="md" gap="xs" role="group" aria-label="Uploads">
          {uploads.map((upload, index) => (
            <UploadRow key={index} tenant={tenant} upload={upload} />
          ))}
          {busy && (
            <Button size="xs" variant="default" w="fit-content" onClick={() => stop.current.abort()}>
              Stop
            </Button>
          )}
        </Stack>
      )}
    </Stack>
  );
}

function UploadRow({ tenant, upload: { file, id, share, state, why } }: { tenant: string; upload: Upload }) {
  return (
    <Group gap="sm" wrap="nowrap">
      <Text size="sm" className="breakable" style={{ flex: 1, minWidth: 0 }}>
        {id ? (
          <AnchorLink to="/t/$tenant/resources/$kind/$id" params={{ tenant, kind: "documents", id }} inherit>
            {file.name}
          </AnchorLink>
        ) : (
          file.name
        )}
        {why && (
          <Text size="xs" c="dimmed">
            {why}
          </Text>
        )}
      </Text>
      {state === "waiting" || state === "going" ? (
        <>
          <Progress value={share * 100} w={160} aria-label={`Upload of ${file.name}`} />
          <Text size="sm" className="tabular" w={48} ta="right">
            {Math.round(share * 100)} %
          </Text>
        </>
      ) : (
        <Mark tone={LOOKS[state].tone} glyph={LOOKS[state].glyph}>
          {LOOKS[state].word}
        </Mark>
      )}
    </Group>
  );
}
