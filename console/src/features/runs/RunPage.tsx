import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useTenantId } from "~/app/tenant";
import { AnchorLink } from "~/shared/links";
import { Page } from "~/shared/Page";
import { RollbackPanel } from "./RollbackPanel";
import { RunPanel } from "./RunPanel";

export function RunPage() {
  const tenant = useTenantId();
  const { id } = useParams({ from: "/t/$tenant/runs/$id" });
  const { rollback } = useSearch({ from: "/t/$tenant/runs/$id" });
  const navigate = useNavigate({ from: "/t/$tenant/runs/$id" });
  const back = (
    <AnchorLink to="/t/$tenant/runs" params={{ tenant }} size="sm">
      ← Runs
    </AnchorLink>
  );
  return (
    <Page
      title={rollback ? "Undo a run" : "Run"}
      before={back}
      about={<span className="mono breakable">{id}</span>}
      commands={{
        cli: rollback ? `syncline run rollback ${id} --plan` : `syncline run show ${id}`,
        curl: {
          path: `/api/tenant/sync/runs/${id}`,
          ...(rollback ? { method: "POST", path: `/api/tenant/sync/runs/${id}/rollback/plan`, body: {} } : {}),
        },
      }}
    >
      {rollback ? (
        <RollbackPanel
          tenant={tenant}
          id={id}
          onClose={() => void navigate({ search: {}, replace: true })}
          onStarted={(run) => void navigate({ params: { tenant, id: run }, search: {} })}
        />
      ) : (
        <RunPanel tenant={tenant} id={id} onRollback={() => void navigate({ search: { rollback: true } })} />
      )}
    </Page>
  );
}
