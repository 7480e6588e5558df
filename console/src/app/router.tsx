import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { asProblem } from "~/api/problem";
import { lastTenant, meQuery, rememberTenant } from "~/api/session";

import { OverviewPage } from "~/features/overview/OverviewPage";
import { Waiting } from "~/shared/Page";
import { queries } from "./queries";
import { NotFound, PageFailed, Root } from "./Root";
import { Shell } from "./shell/Shell";

/** Only what the page understands stays in the address. */
function texts<const Name extends string>(...names: Name[]) {
  return (search: Record<string, unknown>): { [N in Name]?: string } => {
    const kept: { [N in Name]?: string } = {};
    for (const name of names) {
      const value = search[name];
      if (typeof value === "string" && value !== "") kept[name] = value;
      if (typeof value === "number" || typeof value === "boolean") kept[name] = String(value);
    }
    return kept;
  };
}

const root = createRootRoute({ component: Root, notFoundComponent: NotFound });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: texts("next"),
  component: lazyRouteComponent(() => import("~/features/sign-in/SignInPage"), "SignInPage"),
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
  validateSearch: texts("q", "syncable", "syncedFrom", "drifted"),
  component: lazyRouteComponent(() => import("~/features/resources/ResourcesPage"), "ResourcesPage"),
});
const newResource = createRoute({
  getParentRoute: () => tenant,
  path: "/resources/$kind/new",
  component: lazyRouteComponent(() => import("~/features/resources/NewResourcePage"), "NewResourcePage"),
});
const resource = createRoute({
  getParentRoute: () => tenant,
  path: "/resources/$kind/$id",
  validateSearch: texts("tab", "left", "right"),
  component: lazyRouteComponent(() => import("~/features/resources/ResourcePage"), "ResourcePage"),
});

export const router = createRouter({
  routeTree: root.addChildren([signIn, home, tenant.addChildren([overview, resources, newResource, resource])]),
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
