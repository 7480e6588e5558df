#include "http/routes.h"

#include "http/audit.h"
#include "http/console.h"
#include "http/contents.h"
#include "http/copies.h"
#include "http/people.h"
#include "http/resources.h"
#include "http/runs.h"
#include "http/service.h"
#include "http/sync.h"
#include "http/webhooks.h"

namespace syncline::http {
namespace {

using enum Who;
constexpr auto kNone = BodyForm::none;
constexpr auto kJson = BodyForm::json;
constexpr auto kOptional = BodyForm::optional_json;
constexpr auto kStream = BodyForm::stream;
constexpr std::size_t kImportLimit = 64 * 1024 * 1024;
constexpr std::string_view kPages = "limit,cursor";
constexpr std::string_view kRunFilters = "source,target,status,kind,startedBy,since,until,limit,cursor";

// Documents and vectors of any size are streamed; a literal segment goes before {kind}.
constexpr Route kRoutes[] = {
    {"GET", "/healthz", anyone, kNone, healthz},
    {"GET", "/readyz", anyone, kNone, readyz},
    {"GET", "/metrics", anyone, kNone, get_metrics},
    {"GET", "/api/openapi.json", anyone, kNone, get_openapi},

    {"GET", "/api/setup", anyone, kNone, get_setup},
    {"POST", "/api/auth/login", anyone, kJson, login},
    {"POST", "/api/auth/logout", viewer, kOptional, logout},
    {"GET", "/api/me", viewer, kNone, me},
    {"GET", "/api/tenants", viewer, kNone, list_tenants, kPages},
    {"POST", "/api/tenants", superuser, kJson, create_tenant},
    {"GET", "/api/tenant", viewer, kNone, get_tenant},
    {"PATCH", "/api/tenant", admin, kJson, patch_tenant},
    {"GET", "/api/tenant/accounts", viewer, kNone, list_accounts, kPages},
    {"POST", "/api/tenant/accounts", admin, kJson, create_account},
    {"PATCH", "/api/tenant/accounts/{id}", admin, kJson, patch_account},
    {"DELETE", "/api/tenant/accounts/{id}", admin, kNone, delete_account},
    {"GET", "/api/tenant/apiKeys", viewer, kNone, list_api_keys, kPages},
    {"POST", "/api/tenant/apiKeys", viewer, kJson, create_api_key},
    {"DELETE", "/api/tenant/apiKeys/{id}", viewer, kNone, delete_api_key},
    {"GET", "/api/tenant/variables", viewer, kNone, list_variables, kPages},
    {"PUT", "/api/tenant/variables/{name}", admin, kJson, put_variable},
    {"DELETE", "/api/tenant/variables/{name}", admin, kNone, delete_variable},

    {"GET", "/api/tenant/audit", admin, kNone, list_audit, "action,actor,subject,since,until,limit,cursor"},
    {"GET", "/api/tenant/audit/export", admin, kNone, export_audit},
    {"GET", "/api/tenant/audit/verify", admin, kNone, verify_audit, "expectHead"},
    {"GET", "/api/tenant/webhooks", admin, kNone, list_webhooks, kPages},
    {"POST", "/api/tenant/webhooks", admin, kJson, create_webhook},
    {"DELETE", "/api/tenant/webhooks/{id}", admin, kNone, delete_webhook},
    {"GET", "/api/tenant/webhooks/{id}/deliveries", admin, kNone, list_deliveries, kPages},
    {"POST", "/api/tenant/webhooks/{id}/test", admin, kOptional, test_webhook},

    {"GET", "/api/tenant/sync/steps", viewer, kNone, sync_steps},
    {"GET", "/api/tenant/sync/id", viewer, kNone, sync_id, "source,target,id,copyId"},
    {"GET", "/api/tenant/sync/runs", viewer, kNone, list_runs, kRunFilters},
    {"GET", "/api/tenant/sync/runs/{id}", viewer, kNone, get_run},
    {"GET", "/api/tenant/sync/runs/{id}/events", viewer, kNone, run_events},
    {"POST", "/api/tenant/sync/runs/{id}/cancel", viewer, kOptional, cancel_run},
    {"GET", "/api/tenant/sync/plans", viewer, kNone, list_plans, "status,source,target,limit,cursor"},
    {"GET", "/api/tenant/sync/plans/{id}", viewer, kNone, get_plan},
    {"GET", "/api/tenant/sync/plans/{id}/graph", viewer, kNone, get_plan_graph},
    {"POST", "/api/tenant/sync/plans/{id}/approve", viewer, kOptional, approve_plan},
    {"POST", "/api/tenant/sync/plans/{id}/deny", viewer, kOptional, deny_plan},
    {"GET", "/api/tenant/approvals", viewer, kNone, list_approvals, "status,limit,cursor"},
    {"POST", "/api/tenant/sync/{target}/plan", admin, kOptional, make_plan, "include"},
    {"POST", "/api/tenant/sync/runs/{id}/rollback/plan", admin, kOptional, plan_rollback},
    {"POST", "/api/tenant/sync/runs/{id}/rollback", admin, kOptional, roll_back_run},
    {"POST", "/api/tenant/sync/releases", admin, kJson, create_release},
    {"GET", "/api/tenant/sync/releases", viewer, kNone, list_releases, kPages},
    {"GET", "/api/tenant/sync/releases/{id}", viewer, kNone, get_release},
    {"GET", "/api/tenant/sync/matrix", viewer, kNone, sync_matrix},
    {"POST", "/api/tenant/sync/{target}", admin, kOptional, sync_all, "include"},
    {"POST", "/api/tenant/sync/{target}/{step}", admin, kOptional, sync_step, "include"},

    {"GET", "/api/tenant/drift", viewer, kNone, list_drift, "source,kind,limit,cursor"},
    {"GET", "/api/tenant/drift/{kind}/{id}", viewer, kNone, get_drift},

    {"GET", "/api/builtinTools", viewer, kNone, list_builtin_tools},
    {"POST", "/api/import", user, kJson, import_resources, "", kImportLimit},
    {"PUT", "/api/documents/{id}/content", user, kStream, put_document_content},
    {"GET", "/api/documents/{id}/content", viewer, kNone, get_document_content},
    {"PUT", "/api/connections/{id}/credentials", user, kJson, put_credentials},
    {"DELETE", "/api/connections/{id}/credentials/{field}", user, kNone, delete_credential},
    {"PUT", "/api/knowledgeBases/{id}/documents/{documentId}/embeddings", user, kStream, put_embeddings},
    {"GET", "/api/knowledgeBases/{id}/documents/{documentId}/embeddings", viewer, kNone, get_embeddings},

    {"GET", "/api/{kind}", viewer, kNone, list_resources, "q,syncable,syncedFrom,limit,cursor"},
    {"POST", "/api/{kind}", user, kJson, create_resource},
    {"GET", "/api/{kind}/{id}", viewer, kNone, get_resource, "version"},
    {"PATCH", "/api/{kind}/{id}", user, kJson, patch_resource},
    {"DELETE", "/api/{kind}/{id}", user, kNone, delete_resource, "force"},
    {"POST", "/api/{kind}/{id}/publish", user, kOptional, publish_resource},
    {"GET", "/api/{kind}/{id}/versions", viewer, kNone, list_versions},
    {"POST", "/api/{kind}/{id}/detach", user, kOptional, detach_resource},
    {"POST", "/api/{kind}/{id}/attach", user, kOptional, attach_resource},
    {"POST", "/api/{kind}/{id}/adopt", admin, kJson, adopt_resource},
    {"GET", "/api/{kind}/{id}/override", viewer, kNone, get_override},
    {"PUT", "/api/{kind}/{id}/override", user, kJson, put_override},
    {"DELETE", "/api/{kind}/{id}/override", user, kNone, delete_override},
    {"GET", "/api/{kind}/{id}/dependencies", viewer, kNone, get_dependencies, "depth"},
    {"GET", "/api/{kind}/{id}/dependents", viewer, kNone, get_dependents, "depth"},

    {"GET", "/{page}", anyone, kNone, get_console, kAnyQuery},
};

}  // namespace

std::span<const Route> routes() { return kRoutes; }

}  // namespace syncline::http
