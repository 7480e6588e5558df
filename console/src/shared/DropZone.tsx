import { Button, Text } from "@mantine/core";
import { IconCloudUpload } from "@tabler/icons-react";
import { useRef, useState, type DragEvent } from "react";
import styles from "./dropzone.module.css";

/** A place to drop files on; a button does the same for those who use no mouse. */
export function DropZone({
  multiple = false,
  busy,
  onFiles,
  children,
}: {
  multiple?: boolean;
  busy: boolean;
  onFiles: (files: File[]) => void;
  children: React.ReactNode;
}) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const take = (list: FileList | null) => {
    const files = [...(list ?? [])];
    if (files.length > 0 && !busy) onFiles(multiple ? files : files.slice(0, 1));
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  return (
    <div
      className={styles.zone}
      data-slim={multiple}
      data-over={over}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <div className={styles.inside}>
        <IconCloudUpload size={28} stroke={1.5} aria-hidden />
        <Text size="sm" component="div" ta="center">
          {children}
        </Text>
        <Button size="xs" variant="default" loading={busy} onClick={() => input.current?.click()}>
          {multiple ? "Choose files" : "Choose a file"}
        </Button>
        <input
          ref={input}
          type="file"
          hidden
          multiple={multiple}
          aria-label="File"
          onChange={(event) => {
            take(event.currentTarget.files);
            event.currentTarget.value = "";
          }}
        />
      </div>
    </div>
  );
}
