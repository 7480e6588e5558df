import { Link } from "@tanstack/react-router";
import { useTenantId } from "~/app/tenant";
import { addressOf, DESTINATIONS, GROUPS } from "./navigation";
import styles from "./shell.module.css";

export function Navigation() {
  const tenant = useTenantId();
  return (
    <nav aria-label="Main">
      {GROUPS.map(({ group, label }) => (
        <div key={group} role="group" aria-label={label ?? group}>
          {label ? (
            <div className={styles.group}>{label}</div>
          ) : (
            group === "settings" && <div style={{ height: 12 }} />
          )}
          {DESTINATIONS.filter((destination) => destination.group === group).map(
            ({ label: name, icon: Glyph, path }) => (
              <Link
                key={path}
                to={addressOf(tenant, path)}
                params={{ tenant }}
                className={styles.link}
                activeOptions={{ exact: path === "" }}
              >
                <Glyph size={17} stroke={1.6} aria-hidden />
                <span>{name}</span>
              </Link>
            ),
          )}
        </div>
      ))}
    </nav>
  );
}
