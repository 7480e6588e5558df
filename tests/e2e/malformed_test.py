#!/usr/bin/env python3
"""Malformed requests to every endpoint: each gets the status, code and pointer it should, and no row changes."""
import hashlib
import json
import pathlib
import re
import socket
import sys

from server import Server

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ROUTE = re.compile(r'\{"([A-Z]+)",\s*"([^"]+)",\s*(\w+),\s*(kNone|kJson|kOptional|kStream)')
NOTHING = "0197a3b0-0000-7000-8000-00000000dead"
DEEP = b'{"a":' * 80 + b"1" + b"}" * 80

# What is wrong with any JSON body: name, body, content type, status, code, pointer.
BODIES = [
    ("truncated", b'{"name": "x"', "application/json", 400, "malformed_json", None),
    ("no JSON", b"name=x", "application/json", 400, "malformed_json", None),
    ("text after it", b"{} {}", "application/json", 400, "malformed_json", None),
    ("a comma too many", b'{"name": "x",}', "application/json", 400, "malformed_json", None),
    ("bad UTF-8", b'{"name": "\xff\xfe"}', "application/json", 400, "invalid_utf8", None),
    ("a half surrogate", b'{"name": "\\ud800"}', "application/json", 400, "malformed_json", None),
    ("a number beyond doubles", b'{"name": 1e999}', "application/json", 400, "malformed_json", None),
    ("too deep", DEEP, "application/json", 422, "json_too_deep", "/a" * 64),
    ("twice the same member", b'{"name": "x", "name": "y"}', "application/json", 422, "duplicate_member", None),
    ("U+0000", b'{"name": "a\\u0000b"}', "application/json", 422, "nul_character", None),
    ("an array", b"[1]", "application/json", 422, "invalid_request", ""),
    ("a text", b'"x"', "application/json", 422, "invalid_request", ""),
    ("an unknown member", b'{"nonsense": 1}', "application/json", 422, None, "/nonsense"),
    ("another type", b"{}", "text/plain", 415, "unsupported_media_type", None),
    ("too large", b'{"name": "' + b"x" * (1024 * 1024) + b'"}', "application/json", 413, "body_too_large", None),
]

# Particular mistakes: method, path, body, status, code, pointer. TOOL, AGENT and so on stand for ids.
PARTICULAR = [
    ("POST", "/api/tools", {"name": 1, "body": {}}, 422, "invalid_request", "/name"),
    ("POST", "/api/tools", {"name": "", "body": {}}, 422, "invalid_request", "/name"),
    ("POST", "/api/tools", {"name": "x" * 201, "body": {}}, 422, "invalid_request", "/name"),
    ("POST", "/api/tools", {"name": None, "body": {}}, 422, "invalid_request", "/name"),
    ("POST", "/api/tools", {"body": {}}, 422, "missing_member", "/name"),
    ("POST", "/api/tools", {"name": "x"}, 422, "missing_member", "/body"),
    ("POST", "/api/tools", {"name": "x", "body": []}, 422, "invalid_request", "/body"),
    ("POST", "/api/tools", {"name": "x", "body": "{}"}, 422, "invalid_request", "/body"),
    ("POST", "/api/tools", {"name": "x", "body": {}, "syncable": "yes"}, 422, "invalid_request", "/syncable"),
    ("POST", "/api/tools", {"name": "x", "body": {}, "syncable": 1}, 422, "invalid_request", "/syncable"),
    ("POST", "/api/tools", {"name": "x", "body": {}, "description": {}}, 422, "invalid_request", "/description"),
    ("POST", "/api/tools", {"name": "x", "body": {}, "syncedFrom": "dev"}, 422, "unknown_member", "/syncedFrom"),
    ("POST", "/api/tools", {"name": "x", "body": {}, "id": NOTHING}, 422, "unknown_member", "/id"),
    ("POST", "/api/tools", {"name": "x", "body": {"type": 5}}, 422, "invalid_body", "/body/type"),
    ("POST", "/api/tools", {"name": "x", "body": {"type": "x"}}, 422, "invalid_body", "/body/type"),
    ("POST", "/api/tools", {"name": "x", "body": {"connectionId": NOTHING}}, 422, "unknown_reference",
     "/body/connectionId"),
    ("POST", "/api/tools", {"name": "x", "body": {"connectionId": 5}}, 422, "invalid_body", "/body/connectionId"),
    ("POST", "/api/tools", {"name": "x", "body": {"knowledgeBaseIds": ["TOOL"]}}, 422, "unknown_reference",
     "/body/knowledgeBaseIds/0"),
    ("POST", "/api/agents", {"name": "x", "body": {"tools": [{"toolId": "FOREIGN"}]}}, 422, "unknown_reference",
     "/body/tools/0/toolId"),
    ("POST", "/api/workflows", {"name": "x", "body": {}, "status": "late"}, 422, "invalid_status", "/status"),
    ("PATCH", "/api/tools/TOOL", {"name": 1}, 422, "invalid_request", "/name"),
    ("PATCH", "/api/tools/TOOL", {"body": None}, 422, "invalid_request", "/body"),
    ("PATCH", "/api/tools/" + NOTHING, {}, 404, "not_found", None),
    ("GET", "/api/tools/" + NOTHING, None, 404, "not_found", None),
    ("GET", "/api/tools/FOREIGN", None, 404, "not_found", None),
    ("GET", "/api/agents/TOOL", None, 404, "not_found", None),
    ("GET", "/api/tools/x", None, 404, "not_found", None),
    ("GET", "/api/tools/TOOL?version=-1", None, 422, "invalid_version", None),
    ("GET", "/api/tools/TOOL?version=99999999999999999999", None, 422, "invalid_version", None),
    ("GET", "/api/tools/TOOL?version=7", None, 404, "version_not_found", None),
    ("GET", "/api/tools/TOOL?version=0&version=0", None, 422, "duplicate_parameter", None),
    ("GET", "/api/tools?limit=501", None, 422, "invalid_limit", None),
    ("GET", "/api/tools?limit=-1", None, 422, "invalid_limit", None),
    ("GET", "/api/tools?limit=ten", None, 422, "invalid_limit", None),
    ("GET", "/api/tools?cursor=%21", None, 422, "invalid_cursor", None),
    ("GET", "/api/tools?cursor=YWJj", None, 422, "invalid_cursor", None),
    ("GET", "/api/tools?syncable=maybe", None, 422, "invalid_parameter", None),
    ("GET", "/api/tools?q=%ff", None, 400, "malformed_query", None),
    ("GET", "/api/tools?q=%2", None, 400, "malformed_query", None),
    ("GET", "/api/tools?q=%00", None, 400, "malformed_query", None),
    ("GET", "/api/tools/TOOL/dependencies?depth=0", None, 422, "invalid_depth", None),
    ("GET", "/api/tools/TOOL/dependents?depth=x", None, 422, "invalid_depth", None),
    ("GET", "/api/spoons", None, 404, "not_found", None),
    ("GET", "/api/tools/TOOL/nothing", None, 404, "not_found", None),
    ("GET", "/api//tools", None, 404, "not_found", None),
    ("GET", "/api/tools/", None, 404, "not_found", None),
    ("POST", "/api/documents/DOCUMENT/publish", None, 409, "not_versioned", None),
    ("DELETE", "/api/connections/CONNECTION", None, 409, "in_use", None),
    ("DELETE", "/api/tools/TOOL?force=maybe", None, 422, "invalid_parameter", None),
    ("PUT", "/api/tools/TOOL", {}, 405, "method_not_allowed", None),
    ("DELETE", "/api/me", None, 405, "method_not_allowed", None),
    ("BREW", "/api/me", None, 405, "method_not_allowed", None),
    ("GET", "/api/tenant/sync/prod", None, 405, "method_not_allowed", None),
    ("POST", "/api/tenant/sync/prod/spoons", None, 404, "unknown_step", None),
    ("POST", "/api/tenant/sync/dev", None, 422, "same_tenant", None),
    ("POST", "/api/tenant/sync/nowhere", None, 404, "tenant_not_found", None),
    ("POST", "/api/tenant/sync/prod?include=all", None, 422, "invalid_include", None),
    ("POST", "/api/tenant/sync/prod", {"steps": []}, 422, "invalid_request", "/steps"),
    ("POST", "/api/tenant/sync/prod", {"steps": ["x"]}, 422, "unknown_step", "/steps/0"),
    ("POST", "/api/tenant/sync/prod", {"steps": "tools"}, 422, "invalid_request", "/steps"),
    ("POST", "/api/tenant/sync/prod", {"onDrift": "maybe"}, 422, "invalid_on_drift", "/onDrift"),
    ("POST", "/api/tenant/sync/prod", {"resources": [{"kind": "x", "id": NOTHING}]}, 422, "unknown_kind",
     "/resources/0/kind"),
    ("POST", "/api/tenant/sync/prod", {"resources": [{"kind": "tools"}]}, 422, "invalid_request", "/resources/0"),
    ("POST", "/api/tenant/sync/prod", {"resources": [{"kind": "tools", "id": NOTHING}]}, 422, "unknown_resource",
     "/resources/0/id"),
    ("POST", "/api/tools/TOOL/detach", {"x": 1}, 422, "unknown_member", "/x"),
    ("POST", "/api/tools/TOOL/attach", {}, 409, "not_detached", None),
    ("POST", "/api/tools/TOOL/adopt", {"source": "dev"}, 422, "missing_member", "/originId"),
    ("POST", "/api/tools/TOOL/adopt", {"source": "x", "originId": "x"}, 422, "invalid_id", "/originId"),
    ("POST", "/api/tools/TOOL/adopt", {"source": "x", "originId": NOTHING}, 404, "not_found", None),
    ("PUT", "/api/tools/TOOL/override", {}, 422, "invalid_request", ""),
    ("PUT", "/api/tools/TOOL/override", {"patch": 1}, 422, "invalid_request", "/patch"),
    ("PUT", "/api/tools/TOOL/override", {"patch": {}, "x": 1}, 422, "unknown_member", "/x"),
    ("PUT", "/api/tools/TOOL/override", {"credentials": []}, 422, "invalid_request", "/credentials"),
    ("PUT", "/api/tools/TOOL/override", {"credentials": {"k": 1}}, 422, "invalid_request", "/credentials/k"),
    ("PUT", "/api/tools/TOOL/override", {"credentials": {"k": ""}}, 422, "invalid_request", "/credentials/k"),
    ("PUT", "/api/tools/TOOL/override", {"patch": {}}, 409, "not_a_copy", None),
    ("GET", "/api/tenant/drift?kind=x", None, 422, "unknown_kind", None),
    ("GET", "/api/tenant/drift?cursor=x", None, 422, "invalid_cursor", None),
    ("GET", "/api/tenant/drift/x/" + NOTHING, None, 404, "not_found", None),
    ("GET", "/api/tenant/sync/id?source=dev", None, 422, "invalid_parameters", None),
    ("GET", "/api/tenant/sync/id?source=dev&target=prod&id=x", None, 422, "invalid_id", None),
    ("POST", "/api/tenant/sync/prod", {"planId": "x"}, 422, "invalid_request", "/planId"),
    ("POST", "/api/tenant/sync/prod", {"planId": NOTHING, "steps": ["tools"]}, 422, "invalid_request", "/planId"),
    ("POST", "/api/tenant/sync/prod", {"planId": NOTHING}, 404, "not_found", None),
    ("POST", "/api/tenant/sync/prod/plan", {"planId": NOTHING}, 422, "unknown_member", "/planId"),
    ("POST", "/api/tenant/sync/nowhere/plan", None, 404, "tenant_not_found", None),
    ("POST", "/api/tenant/sync/dev/plan", None, 422, "same_tenant", None),
    ("GET", "/api/tenant/sync/plans?status=closed", None, 422, "invalid_filter", None),
    ("GET", "/api/tenant/sync/plans?cursor=eA", None, 422, "invalid_cursor", None),
    ("GET", "/api/tenant/sync/plans/x", None, 404, "not_found", None),
    ("GET", "/api/tenant/sync/runs/x", None, 404, "not_found", None),
    ("POST", "/api/tenant/sync/prod", {"prune": "yes"}, 422, "invalid_request", "/prune"),
    ("POST", "/api/tenant/sync/prod", {"pruneLimit": "all"}, 422, "invalid_request", "/pruneLimit"),
    ("POST", "/api/tenant/sync/prod", {"releaseId": "x"}, 422, "invalid_request", "/releaseId"),
    ("POST", "/api/tenant/sync/prod", {"releaseId": NOTHING}, 404, "release_not_found", None),
    ("POST", "/api/tenant/sync/releases", {}, 422, "missing_member", "/name"),
    ("POST", "/api/tenant/sync/releases", {"name": ""}, 422, "invalid_request", "/name"),
    ("POST", "/api/tenant/sync/releases", {"name": "r", "steps": []}, 422, "invalid_request", "/steps"),
    ("GET", "/api/tenant/sync/releases/x", None, 404, "not_found", None),
    ("GET", "/api/tenant/sync/releases?cursor=x", None, 422, "invalid_cursor", None),
    ("POST", "/api/tenant/sync/runs/x/rollback", None, 404, "not_found", None),
    ("POST", f"/api/tenant/sync/runs/{NOTHING}/rollback/plan", None, 404, "not_found", None),
    ("POST", f"/api/tenant/sync/runs/{NOTHING}/rollback", {"planId": "x"}, 422, "invalid_request", "/planId"),
    ("POST", f"/api/tenant/sync/runs/{NOTHING}/rollback", None, 404, "not_found", None),
    ("POST", f"/api/tenant/sync/runs/{NOTHING}/rollback", {"overwriteEdits": 1}, 422, "invalid_request",
     "/overwriteEdits"),
    ("POST", f"/api/tenant/sync/runs/{NOTHING}/rollback", {"resources": {}}, 422, "invalid_request", "/resources"),
    ("POST", f"/api/tenant/sync/runs/{NOTHING}/rollback", {"steps": []}, 422, "unknown_member", "/steps"),
    ("GET", "/api/tenant/sync/runs/x/events", None, 404, "not_found", None),
    ("POST", "/api/tenant/sync/runs/x/cancel", None, 404, "not_found", None),
    ("POST", "/api/tenant/sync/runs/" + NOTHING + "/cancel", None, 404, "not_found", None),
    ("GET", "/api/tenant/sync/runs?status=late", None, 422, "invalid_filter", None),
    ("GET", "/api/tenant/sync/runs?kind=tools", None, 422, "invalid_filter", None),
    ("GET", "/api/tenant/sync/runs?since=yesterday", None, 422, "invalid_time", None),
    ("GET", "/api/tenant/sync/runs?until=2026-13-01T00:00:00Z", None, 422, "invalid_time", None),
    ("POST", "/api/tenant/webhooks", {"events": ["run.failed"]}, 422, "missing_member", "/url"),
    ("POST", "/api/tenant/webhooks", {"url": "https://h.example.com/"}, 422, "missing_member", "/events"),
    ("POST", "/api/tenant/webhooks", {"url": 1, "events": ["run.failed"]}, 422, "invalid_request", "/url"),
    ("POST", "/api/tenant/webhooks", {"url": "https://h.example.com/", "events": "run.failed"}, 422,
     "invalid_request", "/events"),
    ("POST", "/api/tenant/webhooks", {"url": "https://h.example.com/", "events": []}, 422, "invalid_request",
     "/events"),
    ("POST", "/api/tenant/webhooks", {"url": "https://h.example.com/", "events": ["x"]}, 422, "unknown_event",
     "/events/0"),
    ("POST", "/api/tenant/webhooks", {"url": "https://10.0.0.1/", "events": ["run.failed"]}, 422, "url_not_allowed",
     None),
    ("DELETE", "/api/tenant/webhooks/x", None, 404, "not_found", None),
    ("GET", "/api/tenant/webhooks/" + NOTHING + "/deliveries", None, 404, "not_found", None),
    ("POST", "/api/tenant/webhooks/" + NOTHING + "/test", None, 404, "not_found", None),
    ("POST", "/api/tenants", {"id": "Big"}, 422, "invalid_tenant_id", "/id"),
    ("POST", "/api/tenants", {"id": "a b"}, 422, "invalid_tenant_id", "/id"),
    ("POST", "/api/tenants", {"id": "-a"}, 422, "invalid_tenant_id", "/id"),
    ("POST", "/api/tenants", {"id": "a/b"}, 422, "invalid_tenant_id", "/id"),
    ("POST", "/api/tenants", {"id": "steps"}, 422, "reserved_tenant_id", "/id"),
    ("POST", "/api/tenants", {"id": "ok", "environment": "moon"}, 422, "invalid_environment", "/environment"),
    ("PATCH", "/api/tenant", {"id": "other"}, 422, "unknown_member", "/id"),
    ("PATCH", "/api/tenant", {"syncPolicy": {"minimumRole": "NOBODY"}}, 422, "invalid_role",
     "/syncPolicy/minimumRole"),
    ("PATCH", "/api/tenant", {"syncPolicy": {"minimumRole": "USER", "x": 1}}, 422, "unknown_member", "/syncPolicy/x"),
    ("POST", "/api/tenant/accounts", {"email": "x", "role": "USER"}, 422, "invalid_email", "/email"),
    ("POST", "/api/tenant/accounts", {"email": "a@b c", "role": "USER"}, 422, "invalid_email", "/email"),
    ("POST", "/api/tenant/accounts", {"email": "a@b.test", "role": "user"}, 422, "invalid_role", "/role"),
    ("POST", "/api/tenant/accounts", {"email": "a@b.test", "role": "USER", "password": "short"}, 422,
     "weak_password", "/password"),
    ("PATCH", "/api/tenant/accounts/x", {"role": "USER"}, 404, "not_found", None),
    ("POST", "/api/tenant/apiKeys", {"description": "k", "expiresAt": "tomorrow"}, 422, "invalid_time", "/expiresAt"),
    ("POST", "/api/tenant/apiKeys", {"description": "k", "expiresAt": "2001-01-01T00:00:00Z"}, 422,
     "already_expired", "/expiresAt"),
    ("PUT", "/api/tenant/variables/1x", {"value": "x"}, 422, "invalid_variable_name", None),
    ("PUT", "/api/tenant/variables/a-b", {"value": "x"}, 422, "invalid_variable_name", None),
    ("PUT", "/api/tenant/variables/A", {"value": 1}, 422, "invalid_request", "/value"),
    ("PUT", "/api/tenant/variables/A", {}, 422, "missing_member", "/value"),
    ("PUT", "/api/connections/CONNECTION/credentials", {}, 422, "invalid_request", ""),
    ("PUT", "/api/connections/CONNECTION/credentials", {"k": None}, 422, "invalid_request", "/k"),
    ("PUT", "/api/connections/CONNECTION/credentials", {"k": "x" * 70000}, 422, "invalid_request", "/k"),
    ("PUT", "/api/connections/CONNECTION/credentials", {"k" * 200: "x"}, 422, "invalid_request", None),
    ("DELETE", "/api/connections/CONNECTION/credentials/none", None, 404, "not_found", None),
    ("PUT", "/api/knowledgeBases/KB/documents/DOCUMENT/embeddings", "x", 422, "invalid_embedding", "/0"),
    ("PUT", "/api/knowledgeBases/KB/documents/DOCUMENT/embeddings", '{"text":"a","vector":[1]}', 422,
     "invalid_embedding", "/0"),
    ("PUT", "/api/knowledgeBases/KB/documents/DOCUMENT/embeddings", '{"text":"a","vector":[1,2]}\n\n', 422,
     "invalid_embedding", "/1"),
    ("PUT", "/api/knowledgeBases/KB/documents/" + NOTHING + "/embeddings", "", 404, "not_found", None),
    ("POST", "/api/import", {"source": "x", "resources": {}}, 422, "invalid_request", "/resources"),
    ("POST", "/api/import", {"source": "x", "resources": [1] * 20_001}, 422, "too_many_resources", "/resources"),
    ("POST", "/api/import", {"source": "x", "resources": [1]}, 422, "invalid_request", "/resources/0"),
    ("POST", "/api/import", {"source": "x", "resources": [{"kind": "tools", "id": "x", "name": "n", "body": {}}]},
     422, "invalid_request", "/resources/0/id"),
    ("POST", "/api/import", {"source": "x", "resources": [{"kind": "tools", "id": NOTHING, "name": "n", "body": {}}]},
     422, "invalid_import_id", "/resources/0/id"),
    ("GET", "/api/me", {"x": 1}, 422, "unexpected_body", None),
    ("POST", "/api/auth/login", {"email": "a@b.test", "password": 1, "tenantId": "x"}, 422, "invalid_request",
     "/password"),
]

# Bytes on the wire: name, request, status, code. {auth} is the header with the token.
WIRE = [
    ("no request line", b"\r\n\r\nrubbish\r\n\r\n", 400, "malformed_request"),
    ("two words", b"GET /api/me\r\n\r\n", 400, "malformed_request"),
    ("another version", b"GET /api/me HTTP/3.0\r\nHost: x\r\n\r\n", 400, "malformed_request"),
    ("no host", b"GET /api/me HTTP/1.1\r\n{auth}\r\n\r\n", 400, "malformed_request"),
    ("two hosts", b"GET /api/me HTTP/1.1\r\nHost: x\r\nHost: y\r\n{auth}\r\n\r\n", 400, "malformed_request"),
    ("a space before the colon", b"GET /api/me HTTP/1.1\r\nHost : x\r\n\r\n", 400, "malformed_request"),
    ("a folded line", b"GET /api/me HTTP/1.1\r\nHost: x\r\nX-A: b\r\n c\r\n\r\n", 400, "malformed_request"),
    ("a NUL in a header", b"GET /api/me HTTP/1.1\r\nHost: x\r\nX-A: b\0c\r\n\r\n", 400, "malformed_request"),
    ("length and chunks", b"POST /api/tools HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
     b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "malformed_request"),
    ("two lengths", b"POST /api/tools HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
     400, "malformed_request"),
    ("a length of no number", b"POST /api/tools HTTP/1.1\r\nHost: x\r\nContent-Length: two\r\n\r\n{}", 400,
     "malformed_request"),
    ("a length below zero", b"POST /api/tools HTTP/1.1\r\nHost: x\r\nContent-Length: -2\r\n\r\n{}", 400,
     "malformed_request"),
    ("an unknown coding", b"POST /api/tools HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 400,
     "malformed_request"),
    ("a chunk of no size", b"POST /api/tools HTTP/1.1\r\nHost: x\r\n{auth}\r\nContent-Type: application/json\r\n"
     b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", 400, "malformed_request"),
    ("a chunk without its end", b"POST /api/tools HTTP/1.1\r\nHost: x\r\n{auth}\r\nContent-Type: application/json\r\n"
     b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}xx\r\n", 400, "malformed_request"),
    ("a body cut short", b"POST /api/tools HTTP/1.1\r\nHost: x\r\n{auth}\r\nContent-Type: application/json\r\n"
     b"Content-Length: 50\r\n\r\n{\"name\"", 400, "truncated_body"),
    ("chunks cut short", b"POST /api/tools HTTP/1.1\r\nHost: x\r\n{auth}\r\nContent-Type: application/json\r\n"
     b"Transfer-Encoding: chunked\r\n\r\n5\r\n{\"n", 400, "truncated_body"),
    ("too many headers", b"GET /api/me HTTP/1.1\r\nHost: x\r\n" + b"X-A: b\r\n" * 100 + b"\r\n", 431,
     "headers_too_large"),
    ("too long headers", b"GET /api/me HTTP/1.1\r\nHost: x\r\nX-A: " + b"b" * 20000 + b"\r\n\r\n", 431,
     "headers_too_large"),
    ("a long target", b"GET /api/" + b"x" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414, "target_too_long"),
    ("an unknown expectation", b"POST /api/tools HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\nContent-Length: 0\r\n\r\n",
     417, "expectation_failed"),
    ("a body announced too large", b"POST /api/tools HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n", 413,
     "body_too_large"),
    ("no token", b"GET /api/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 401, "unauthenticated"),
    ("another scheme", b"GET /api/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Basic eDp5\r\n\r\n",
     401, "unauthenticated"),
    ("two tokens", b"GET /api/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{auth}\r\nx-api-key: x\r\n\r\n", 401,
     "unauthenticated"),
    ("a foreign tenant", b"GET /api/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{auth}\r\nx-tenant-id: prod\r\n\r\n",
     401, "tenant_mismatch"),
]


def digest_of(server):
    return hashlib.sha256("\n".join(server.contents()).encode("utf-8", "surrogateescape")).hexdigest()


def set_up(server):
    server.add_tenant("prod")
    ids = {"DOCUMENT": server.call("POST", "/api/documents", {"name": "d", "body": {}})["id"],
           "CONNECTION": server.call("POST", "/api/connections", {"name": "c", "body": {}})["id"]}
    ids["KB"] = server.call("POST", "/api/knowledgeBases", {"name": "k", "body": {
        "documents": [{"documentId": ids["DOCUMENT"]}], "embedding": {"dimensions": 2}}})["id"]
    ids["TOOL"] = server.call("POST", "/api/tools", {"name": "t", "syncable": True, "body": {
        "type": "http", "connectionId": ids["CONNECTION"]}})["id"]
    ids["FOREIGN"] = server.call("POST", "/api/tools", {"name": "f", "body": {}}, tenant="prod")["id"]
    return ids


def with_ids(text, ids):
    for name, value in ids.items():
        text = text.replace(name, value)
    return text


def concrete(pattern, ids):
    path = pattern.replace("{target}", "prod").replace("{step}", "tools").replace("{kind}", "tools")
    path = path.replace("/connections/{id}", "/connections/" + ids["CONNECTION"]).replace("{name}", "A")
    return path.replace("/accounts/{id}", "/accounts/" + NOTHING).replace("{id}", ids["TOOL"])


class Table:
    def __init__(self, server):
        self.server, self.count, self.mistakes = server, 0, []

    def check(self, name, answer, status, code, pointer):
        self.count += 1
        got_status, headers, text = answer
        problem = json.loads(text) if text.startswith(b"{") else {}
        pointers = [error["pointer"] for error in problem.get("errors", [])]
        type_of = {key.lower(): value for key, value in headers.items()}.get("content-type")
        if (got_status != status or (code and problem.get("code") != code) or type_of != "application/problem+json"
                or (pointer is not None and pointer not in pointers) or not problem.get("requestId")):
            self.mistakes.append(f"{name}: wanted {status} {code} {pointer}, got {got_status} {text[:300]!r}")

    def unchanged_since(self, before, what):
        if digest_of(self.server) != before:
            self.mistakes.append(f"{what}: rows have changed")
        return digest_of(self.server)


def on_the_wire(server, request):
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as wire:
        wire.sendall(request)
        wire.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := wire.recv(65536):
            answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
    words = lines[0].split(" ")
    return (int(words[1]) if len(words) > 1 else 0), headers, body


def main():
    with Server() as server:
        ids = set_up(server)
        token = server.tokens["owner", "dev"]
        table = Table(server)
        state = digest_of(server)
        routes = ROUTE.findall((ROOT / "src" / "http" / "routes.cpp").read_text())
        for method, pattern, _, form in routes:
            if pattern == "/{page}":
                continue  # What stands behind the question mark is the console's own.
            path = concrete(pattern, ids)
            if form in ("kJson", "kOptional"):
                for name, body, kind, status, code, pointer in BODIES:
                    if name == "too large" and pattern == "/api/import":
                        continue  # Its limit is 64 MiB.
                    if pattern.endswith("/credentials") and name == "an unknown member":
                        continue  # Every member is a field there.
                    answer = server.send(method, path, body, token, {"Content-Type": kind})
                    table.check(f"{method} {pattern}: {name}", answer, status, code, pointer)
            if form == "kJson":
                answer = server.send(method, path, b"", token)
                table.check(f"{method} {pattern}: no body", answer, 400, "missing_body", None)
            if form in ("kNone", "kJson", "kOptional"):
                answer = server.send(method, path + "?nonsense=1", None, token)
                table.check(f"{method} {pattern}: a parameter", answer, 422, "unknown_parameter", None)
            state = table.unchanged_since(state, f"{method} {pattern}")
        for method, path, body, status, code, pointer in PARTICULAR:
            if not isinstance(body, (str, type(None))):
                body = json.dumps(body)
            answer = server.send(method, with_ids(path, ids), body and with_ids(body, ids), token)
            table.check(f"{method} {path} {body and body[:80]}", answer, status, code, pointer)
        state = table.unchanged_since(state, "the particular mistakes")
        for name, request, status, code in WIRE:
            request = request.replace(b"{auth}", f"Authorization: Bearer {token}".encode())
            table.check(name, on_the_wire(server, request), status, code, None)
        table.unchanged_since(state, "bytes on the wire")
        server.call("GET", "/api/me")
        print("\n".join(table.mistakes))
        print(f"{table.count} malformed requests, {len(table.mistakes)} mistakes")
        return 1 if table.mistakes or table.count < 150 else 0


if __name__ == "__main__":
    sys.exit(main())
