import { Table, type TableProps } from "@mantine/core";
import styles from "./table.module.css";

/** A table in the frame that all tables have; on a narrow screen it scrolls there, by keys too. */
export function FramedTable({ label, ...props }: TableProps & { label: string }) {
  return (
    <div className="surface surface-scroll" tabIndex={0} role="group">
      <Table
        aria-label={label}
        verticalSpacing={8}
        horizontalSpacing="md"
        className={styles.table!}
        {...props}
      />
    </div>
  );
}
