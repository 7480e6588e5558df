import { Group, Text } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { Link } from "@tanstack/react-router";
import { useLayoutEffect, useRef, useState } from "react";
import type { Matrix, Membership, Pair } from "~/api/types";
import { AnchorLink } from "~/shared/links";
import { Mark, RoleMark } from "~/shared/Mark";
import { Time } from "~/shared/Time";
import { columnsOf } from "./graph";
import styles from "./overview.module.css";

/** Development to staging to production, with how far each is behind. On a narrow screen a list of the pairs. */
export function PromotionGraph({ matrix, here }: { matrix: Matrix; here: string }) {
  const columns = columnsOf(matrix.tenants);
  const plane = useRef<HTMLDivElement>(null);
  const { ref, width } = useElementSize();
  const [lines, setLines] = useState<{ pair: Pair; path: string; x: number; y: number; dip: number }[]>([]);
  useLayoutEffect(() => {
    const origin = plane.current?.getBoundingClientRect();
    if (!origin) return;
    const boxOf = (tenant: string) =>
      plane.current?.querySelector(`[data-tenant="${CSS.escape(tenant)}"]`)?.getBoundingClientRect();
    setLines(
      matrix.pairs.flatMap((pair) => {
        const [from, to] = [boxOf(pair.source), boxOf(pair.target)];
        if (!from || !to) return [];
        const forward = from.left < to.left;
        const x1 = (forward ? from.right : from.left) - origin.left;
        const x2 = (forward ? to.left : to.right) - origin.left;
        const [y1, y2] = [from.top + from.height / 2 - origin.top, to.top + to.height / 2 - origin.top];
        // A pair that passes over a column bends around what stands there.
        const far = Math.abs(x2 - x1) > 300 && Math.abs(y1 - y2) < 20;
        const dip = far ? from.height * 0.95 : 0;
        const middle = (x1 + x2) / 2;
        const path = `M${x1} ${y1}C${middle} ${y1 + dip * 1.33} ${middle} ${y2 + dip * 1.33} ${x2} ${y2}`;
        return [{ pair, path, x: middle, y: (y1 + y2) / 2 + dip, dip }];
      }),
    );
  }, [matrix, width]);

  return (
    <div className={`surface ${styles.graph}`} ref={ref}>
      <div className={styles.columns} ref={plane} data-dips={lines.some(({ dip }) => dip > 0)}>
        <svg className={styles.lines} aria-hidden>
          {lines.map(({ pair, path }) => (
            <path key={`${pair.source}>${pair.target}`} d={path} />
          ))}
        </svg>
        {columns.map(({ environment, tenants }) => (
          <div key={environment} className={styles.column}>
            {tenants.map((tenant) => (
              <TenantCard key={tenant.id} tenant={tenant} here={tenant.id === here} />
            ))}
          </div>
        ))}
        {lines.map(({ pair, x, y }) => (
          <Link
            key={`${pair.source}>${pair.target}`}
            className={styles.label}
            style={{ left: x, top: y }}
            title={`${pair.source} to ${pair.target}`}
            to="/t/$tenant/settings/sync"
            params={{ tenant: pair.source }}
            search={{ target: pair.target }}
          >
            <PairMarks pair={pair} />
          </Link>
        ))}
      </div>
      <div className={styles.pairs}>
        {matrix.pairs.map((pair) => (
          <div key={`${pair.source}>${pair.target}`}>
            <AnchorLink
              size="sm"
              fw={550}
              to="/t/$tenant/settings/sync"
              params={{ tenant: pair.source }}
              search={{ target: pair.target }}
            >
              {pair.source} → {pair.target}
            </AnchorLink>
            <Group gap={4} mt={2}>
              <PairMarks pair={pair} />
            </Group>
          </div>
        ))}
      </div>
    </div>
  );
}

function TenantCard({ tenant, here }: { tenant: Membership; here: boolean }) {
  return (
    <Link
      to="/t/$tenant"
      params={{ tenant: tenant.id }}
      className={styles.tenant}
      data-tenant={tenant.id}
      data-here={here}
      data-environment={tenant.environment}
    >
      <Text fw={650} className="truncate">
        {tenant.label}
      </Text>
      <Text size="xs" c="dimmed" className="truncate">
        {tenant.id}, {tenant.environment}
      </Text>
      <Group gap={4} mt={6}>
        <RoleMark role={tenant.role} />
        {here && <Mark tone="brand">you are here</Mark>}
      </Group>
    </Link>
  );
}

export function PairMarks({ pair }: { pair: Pair }) {
  return (
    <>
      {pair.behind > 0 ? (
        <Mark tone="update" glyph="~">
          {pair.behind} behind
        </Mark>
      ) : (
        <Mark tone="create" glyph="✓">
          up to date
        </Mark>
      )}
      {pair.drifted > 0 && (
        <Mark tone="drift" glyph="!">
          {pair.drifted} drifted
        </Mark>
      )}
      <Text size="xs" c="dimmed">
        <Time at={pair.lastRunAt} inherit />
      </Text>
    </>
  );
}
