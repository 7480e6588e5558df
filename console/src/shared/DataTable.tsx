import { Checkbox, Table } from "@mantine/core";
import { useRef, useState, type ReactNode } from "react";
import { useShortcuts } from "~/app/shell/shortcuts";
import { FramedTable } from "./FramedTable";

export interface Column<Row> {
  key: string;
  header: ReactNode;
  render: (row: Row) => ReactNode;
  width?: number | string;
  /** Left out on narrow screens, where the first column says enough. */
  wide?: boolean;
  align?: "right";
}

/** A list of things: j and k move, Enter opens, x selects. */
export function DataTable<Row>({
  label,
  rows,
  columns,
  rowKey,
  onOpen,
  selected,
  onSelect,
}: {
  label: string;
  rows: Row[];
  columns: Column<Row>[];
  rowKey: (row: Row) => string;
  onOpen?: (row: Row) => void;
  selected?: ReadonlySet<string>;
  onSelect?: (selected: Set<string>) => void;
}) {
  const [active, setActive] = useState(-1);
  const body = useRef<HTMLTableSectionElement>(null);
  const move = (by: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, active + by));
    setActive(next);
    (body.current?.children[next] as HTMLElement | undefined)?.focus();
  };
  const toggle = (key: string) => {
    if (!selected || !onSelect) return;
    const next = new Set(selected);
    if (!next.delete(key)) next.add(key);
    onSelect(next);
  };
  const current = rows[active];
  useShortcuts([
    { keys: "j", label: "Next row", run: () => move(1) },
    { keys: "k", label: "Row before", run: () => move(-1) },
    ...(current && onOpen && body.current?.contains(document.activeElement)
      ? [{ keys: "Enter", label: "Open", run: () => onOpen(current) }]
      : []),
    ...(current && onSelect ? [{ keys: "x", label: "Select", run: () => toggle(rowKey(current)) }] : []),
  ]);

  const all = selected !== undefined && rows.length > 0 && rows.every((row) => selected.has(rowKey(row)));
  return (
    <FramedTable label={label} highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          {selected && onSelect && (
            <Table.Th w={44}>
              <Checkbox
                size="xs"
                aria-label="Select all"
                checked={all}
                indeterminate={!all && selected.size > 0}
                onChange={() => onSelect(all ? new Set() : new Set(rows.map(rowKey)))}
              />
            </Table.Th>
          )}
          {columns.map((column) => (
            <Table.Th
              key={column.key}
              w={column.width}
              {...(column.wide ? { visibleFrom: "sm" } : {})}
              style={column.align ? { textAlign: column.align } : {}}
            >
              {column.header}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody ref={body}>
        {rows.map((row, index) => {
          const key = rowKey(row);
          return (
            <Table.Tr
              key={key}
              tabIndex={-1}
              onFocus={() => setActive(index)}
              {...(selected?.has(key) ? { "data-selected": true } : {})}
            >
              {selected && onSelect && (
                <Table.Td>
                  <Checkbox
                    size="xs"
                    aria-label="Select this row"
                    checked={selected.has(key)}
                    onChange={() => toggle(key)}
                  />
                </Table.Td>
              )}
              {columns.map((column) => (
                <Table.Td
                  key={column.key}
                  {...(column.wide ? { visibleFrom: "sm" } : {})}
                  style={column.align ? { textAlign: column.align } : {}}
                >
                  {column.render(row)}
                </Table.Td>
              ))}
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </FramedTable>
  );
}
