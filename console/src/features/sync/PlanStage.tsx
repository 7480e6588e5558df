import { Alert, Box, Button, Checkbox, Group, Stack, Text } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { asProblem } from "~/api/problem";
import type { AnyPlan, Approval, Item, PlanOptions } from "~/api/types";
import { tenantQuery } from "~/app/tenant";
import { ApprovalPanel } from "~/features/plans/ApprovalPanel";
import { ConfirmSync } from "~/features/plans/ConfirmSync";
import { Moments } from "~/features/plans/Moments";
import { PlanView } from "~/features/plans/PlanView";
import { checksOf, Preflight } from "~/features/plans/Preflight";
import { makePlan, optionsOf, planQuery } from "~/features/plans/queries";
import { changeCount } from "~/features/plans/rows";
import { StoppedPanel } from "~/features/plans/StoppedPanel";
import { count } from "~/shared/format";
import { ButtonLink } from "~/shared/links";
import { Waiting } from "~/shared/Page";
import { ProblemPanel } from "~/shared/ProblemPanel";
import split from "~/shared/split.module.css";
import { Time } from "~/shared/Time";
import { PlanOptionsMenu } from "./PlanOptionsMenu";

/** The middle of the panel: the plan, its preflight, its approval and the last question. */
export function PlanStage({
  tenant,
  target,
  planId,
  onPlanned,
  onStarted,
}: {
  tenant: string;
  target: string;
  planId: string | null;
  onPlanned: (id: string) => void;
  onStarted: (runId: string) => void;
}) {
  const queries = useQueryClient();
  const [options, setOptions] = useState<PlanOptions>({});
  const [stopped, setStopped] = useState<unknown>(null);
  const replan = useMutation({
    mutationFn: ({ wanted, unchanged = false }: { wanted: PlanOptions; unchanged?: boolean }) =>
      makePlan(tenant, target, wanted, { unchanged }),
    onSuccess: (made) => {
      setStopped(null);
      queries.setQueryData(planQuery(tenant, made.planId).queryKey, made);
      onPlanned(made.planId);
    },
  });
  const plan = useQuery({
    ...planQuery(tenant, planId ?? ""),
    enabled: planId !== null,
    refetchInterval: (query) => (query.state.data?.approval?.status === "pending" ? 5_000 : false),
  });
  const started = useRef(false);
  useEffect(() => {
    if (planId !== null || started.current) return;
    started.current = true;
    replan.mutate({ wanted: {} });
  }, [planId, replan]);

  const planWith = (wanted: PlanOptions, unchanged = false) => {
    setOptions(wanted);
    replan.mutate({ wanted, unchanged });
  };
  const planAgain = () => planWith(plan.data ? { ...optionsOf(plan.data), ...options } : options);
  const error = replan.error ?? plan.error;
  if (error && !plan.data) {
    return (
      <Stack>
        <Moments current="Plan" />
        <StoppedPanel
          error={error}
          tenant={tenant}
          target={target}
          onReplan={() => planWith(options)}
          onOverwrite={() => planWith({ ...options, onDrift: "overwrite" })}
        />
      </Stack>
    );
  }
  if (!plan.data)
    return (
      <Stack>
        <Moments current="Plan" />
        <Waiting rows={7} height={48} />
      </Stack>
    );
  const current = { ...optionsOf(plan.data), ...options };
  return (
    <Planned
      tenant={tenant}
      plan={plan.data}
      busy={replan.isPending}
      stopped={replan.error ?? stopped}
      options={current}
      onOptions={planWith}
      onPlanAgain={planAgain}
      onListUnchanged={() => planWith(current, true)}
      onStarted={onStarted}
      onStopped={setStopped}
      onExclude={({ kind, sourceId }) => {
        if (kind && sourceId)
          planWith({ ...current, exclude: [...(current.exclude ?? []), { kind, id: sourceId }] });
      }}
    />
  );
}

function Planned({
  tenant,
  plan,
  busy,
  stopped,
  options,
  onOptions,
  onPlanAgain,
  onListUnchanged,
  onStarted,
  onStopped,
  onExclude,
}: {
  tenant: string;
  plan: AnyPlan;
  busy: boolean;
  stopped: unknown;
  options: PlanOptions;
  onOptions: (options: PlanOptions) => void;
  onPlanAgain: () => void;
  onListUnchanged: () => void;
  onStarted: (runId: string) => void;
  onStopped: (error: unknown) => void;
  onExclude: (item: Item) => void;
}) {
  const [confirming, setConfirming] = useState(false);
  const [seen, setSeen] = useState(false);
  const checks = checksOf(plan, onPlanAgain);
  const stops = checks.some(({ severity }) => severity === "stop");
  const looks = checks.some(({ severity }) => severity === "look");
  const changes = changeCount(plan.summary);
  const hindrance = hindranceOf(plan, stops);
  const open = plan.status === "open";
  const ready = open && changes > 0 && hindrance === null && (!looks || seen) && !busy;
  return (
    <Stack gap="md">
      <Moments current={confirming ? "Confirm" : looks || stops ? "Preflight" : "Plan"} />
      {stopped !== null && stopped !== undefined && (
        <StoppedPanel
          error={stopped}
          tenant={tenant}
          target={plan.target}
          onReplan={onPlanAgain}
          onOverwrite={() => onOptions({ ...options, onDrift: "overwrite" })}
        />
      )}
      {open && <Freshness plan={plan} onRefresh={onPlanAgain} />}
      {!open && (
        <Alert color="gray" variant="outline">
          This plan is {plan.status}.{" "}
          <Button size="compact-xs" variant="default" onClick={onPlanAgain}>
            Make a new one
          </Button>
        </Alert>
      )}
      <PlanView
        tenant={tenant}
        plan={plan}
        onExclude={onExclude}
        onAdopted={onPlanAgain}
        onListUnchanged={onListUnchanged}
        actions={
          <Group gap="xs">
            {(options.exclude?.length ?? 0) > 0 && (
              <Button variant="subtle" onClick={() => onOptions({ ...options, exclude: [] })}>
                Take all back in
              </Button>
            )}
            <PlanOptionsMenu tenant={tenant} options={options} onChange={onOptions} />
            <Button
              variant="default"
              leftSection={<IconRefresh size={16} />}
              loading={busy}
              onClick={onPlanAgain}
            >
              Plan again
            </Button>
          </Group>
        }
      />
      {changes > 0 && <Preflight checks={checks} />}
      <ApprovalPanel plan={plan} />
      {changes > 0 && open && (
        <div className={`surface ${split.bar}`}>
          <Text size="sm" c="dimmed">
            <Box component="span" visibleFrom="sm">
              Planned <Time at={plan.createdAt} inherit />, expires <Time at={plan.expiresAt} inherit />.{" "}
            </Box>
            {hindrance}
          </Text>
          <Group gap="md">
            {looks && !stops && (
              <Checkbox
                size="sm"
                label="I have looked at the preflight"
                checked={seen}
                onChange={(event) => setSeen(event.currentTarget.checked)}
              />
            )}
            <Button disabled={!ready} onClick={() => setConfirming(true)}>
              Sync {count(changes, "change")}
            </Button>
          </Group>
        </div>
      )}
      {changes === 0 && (
        <ButtonLink variant="default" w="fit-content" to="/t/$tenant/runs" params={{ tenant }}>
          See earlier runs
        </ButtonLink>
      )}
      {confirming && (
        <ConfirmSync
          tenant={tenant}
          plan={plan}
          onClose={() => setConfirming(false)}
          onStarted={onStarted}
          onProblem={(error) => {
            setConfirming(false);
            onStopped(error);
          }}
        />
      )}
    </Stack>
  );
}

const WITHOUT_APPROVAL: Record<Approval["status"], string | null> = {
  pending: "It waits for its approval.",
  approved: null,
  denied: "It was denied. Change what the comment asks for, then plan again.",
  expired: "Nobody decided in time. Plan again to ask once more.",
};

function hindranceOf(plan: AnyPlan, stops: boolean): string | null {
  if (stops) return "The preflight stops it.";
  return plan.approval && WITHOUT_APPROVAL[plan.approval.status];
}

/** Says when the source moved on after the plan was made. A release stays what it is. */
function Freshness({ plan, onRefresh }: { plan: AnyPlan; onRefresh: () => void }) {
  const source = useQuery({ ...tenantQuery(plan.source), refetchInterval: 10_000 });
  if (source.error && asProblem(source.error).status === 0) return <ProblemPanel error={source.error} />;
  if (plan.releaseId || (source.data?.revision ?? 0) <= plan.sourceRevision) return null;
  return (
    <Alert color="petrol" variant="light" p="sm" role="status">
      <Group justify="space-between">
        <Text size="sm">{plan.source} has changed since. This plan does not show it.</Text>
        <Button size="xs" onClick={onRefresh}>
          Plan again
        </Button>
      </Group>
    </Alert>
  );
}
