import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { asProblem } from "~/api/problem";
import { lastTenant, meQuery, rememberTenant } from "~/api/session";
import { KINDS, RUN_KINDS, RUN_STATUSES } from "~/api/types";
import { OverviewPage } from "~/features/overview/OverviewPage";
import { Waiting } from "~/shared/Page";
import { queries } from "./queries";
import { NotFound, PageFailed, Root } from "./Root";
import { Shell } from "./shell/Shell";

/** A page that comes with its code and the styles that only such pages need. */
const page: typeof lazyRouteComponent = (load, name) =>
  lazyRouteComponent(() => import("./more-styles").then(load), name);

/** How one word of the address is understood: undefined when it is not. */
type Reader<Value> = (text: string) => Value | undefined;
const text: Reader<string> = (word) => word;
const flag: Reader<boolean> = (word) => ({ true: true, false: false })[word];
const oneOf =
  <const Word extends string>(words: readonly Word[]): Reader<Word> =>
  (word) =>
    words.find((known) => known === word);

/** Only what the page understands stays in the address. */
function search<Readers extends Record<string, Reader<unknown>>>(readers: Readers) {
  type Search = { [N in keyof Readers]?: NonNullable<ReturnType<Readers[N]>> };
  return (given: Record<string, unknown>): Search =>
    Object.fromEntries(
      Object.entries(readers).flatMap(([name, read]) => {
        const value = given[name];
        const known = value === undefined || value === null || value === "" ? undefined : read(String(value));
        return known === undefined ? [] : [[name, known]];
      }),
    ) as Search;
}

const root = createRootRoute({ component: Root, notFoundComponent: NotFound });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: search({ next: text }),
  component: page(() => import("~/features/sign-in/SignInPage"), "SignInPage"),
});

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: async () => {
    const me = await queries.ensureQueryData(meQuery(null)).catch((error: unknown) => {
      if (asProblem(error).status === 401) throw redirect({ to: "/sign-in", replace: true });
      throw error;
    });
    const last = lastTenant();
    const tenant = me.tenants.some(({ id }) => id === last) ? last! : me.tenant;
    throw redirect({ to: "/t/$tenant", params: { tenant }, replace: true });
  },
});

const tenant = createRoute({
  getParentRoute: () => root,
  path: "/t/$tenant",
  component: Shell,
  beforeLoad: async ({ params, location }) => {
    await queries.ensureQueryData(meQuery(params.tenant)).catch((error: unknown) => {
      if (asProblem(error).status === 401) {
        throw redirect({ to: "/sign-in", search: { next: location.href }, replace: true });
      }
      throw error;
    });
    rememberTenant(params.tenant);
  },
});

const overview = createRoute({ getParentRoute: () => tenant, path: "/", component: OverviewPage });

const resources = createRoute({
  getParentRoute: () => tenant,
  path: "/resources/$kind",
  validateSearch: search({ q: text, syncable: flag, syncedFrom: text }),
  component: page(() => import("~/features/resources/ResourcesPage"), "ResourcesPage"),
});
const newResource = createRoute({
  getParentRoute: () => tenant,
  path: "/resources/$kind/new",
  component: page(() => import("~/features/resources/NewResourcePage"), "NewResourcePage"),
});
const resource = createRoute({
  getParentRoute: () => tenant,
  path: "/resources/$kind/$id",
  validateSearch: search({ tab: text, left: text, right: text }),
  component: page(() => import("~/features/resources/ResourcePage"), "ResourcePage"),
});

const sync = createRoute({
  getParentRoute: () => tenant,
  path: "/settings/sync",
  validateSearch: search({ target: text, plan: text, run: text }),
  component: page(() => import("~/features/sync/SyncPage"), "SyncPage"),
});
const plan = createRoute({
  getParentRoute: () => tenant,
  path: "/plans/$id",
  component: page(() => import("~/features/approvals/PlanPage"), "PlanPage"),
});
const runs = createRoute({
  getParentRoute: () => tenant,
  path: "/runs",
  validateSearch: search({ source: text, target: text, status: oneOf(RUN_STATUSES), kind: oneOf(RUN_KINDS) }),
  component: page(() => import("~/features/runs/RunsPage"), "RunsPage"),
});
const run = createRoute({
  getParentRoute: () => tenant,
  path: "/runs/$id",
  validateSearch: search({ rollback: flag }),
  component: page(() => import("~/features/runs/RunPage"), "RunPage"),
});
const releases = createRoute({
  getParentRoute: () => tenant,
  path: "/releases",
  component: page(() => import("~/features/releases/ReleasesPage"), "ReleasesPage"),
});
const release = createRoute({
  getParentRoute: () => tenant,
  path: "/releases/$id",
  component: page(() => import("~/features/releases/ReleasePage"), "ReleasePage"),
});
const drift = createRoute({
  getParentRoute: () => tenant,
  path: "/drift",
  validateSearch: search({ source: text, kind: oneOf(KINDS), id: text }),
  component: page(() => import("~/features/drift/DriftPage"), "DriftPage"),
});
const approvals = createRoute({
  getParentRoute: () => tenant,
  path: "/approvals",
  component: page(() => import("~/features/approvals/ApprovalsPage"), "ApprovalsPage"),
});
const variables = createRoute({
  getParentRoute: () => tenant,
  path: "/variables",
  validateSearch: search({ q: text, gaps: flag }),
  component: page(() => import("~/features/variables/VariablesPage"), "VariablesPage"),
});
const settings = createRoute({
  getParentRoute: () => tenant,
  path: "/settings/$section",
  validateSearch: search({ action: text, actor: text }),
  component: page(() => import("~/features/settings/SettingsPage"), "SettingsPage"),
});

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    home,
    tenant.addChildren([
      overview,
      resources,
      newResource,
      resource,
      variables,
      sync,
      plan,
      runs,
      run,
      releases,
      release,
      drift,
      approvals,
      settings,
    ]),
  ]),
  defaultPreload: "intent",
  defaultPreloadStaleTime: 0,
  defaultPendingComponent: () => (
    <div className="page">
      <Waiting />
    </div>
  ),
  defaultErrorComponent: PageFailed,
  defaultNotFoundComponent: NotFound,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
