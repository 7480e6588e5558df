#!/usr/bin/env bash
# A server with three tenants, people, real data and a hand-made workspace, and a promotion by the shell loop.
# usage: tools/demo.sh [--once]     (`./dev demo` builds first)
set -euo pipefail
cd "$(dirname "$0")/.."

say() { echo "demo: $*" >&2; }
fail() { say "$*"; exit 1; }

once=false
case "${1:-}" in
  --once) once=true ;;
  "") [[ -t 1 ]] || once=true ;;
  *) fail "unknown argument $1; there is only --once." ;;
esac

readonly demo=build/demo
readonly people=$demo/people  # one file a token, and a header file for curl beside it: no token on a command line
readonly syncline=build/syncline
readonly owner=owner@acme.test
[[ -x $syncline ]] || fail "$syncline is not built. Run: ./dev demo"

# --- The server -----------------------------------------------------------------------------------------------------

if [[ -f $demo/pid ]] && kill -0 "$(cat "$demo/pid")" 2>/dev/null; then
  fail "a demo runs already, as process $(cat "$demo/pid"). Stop it first."
fi
rm -rf "$demo"
umask 077
mkdir -p "$people"

server=
stop_server() {
  [[ -n $server ]] || return 0
  kill "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  rm -f "$demo/pid"
  server=
}
trap stop_server EXIT
trap 'exit 130' INT TERM

say "starting the server"
$syncline serve --data "$demo" --listen 127.0.0.1:0 --port-file "$demo/port" >"$demo/server.log" 2>&1 &
server=$!
echo "$server" >"$demo/pid"
for _ in $(seq 100); do
  [[ -s $demo/port ]] && break
  kill -0 "$server" 2>/dev/null || { cat "$demo/server.log" >&2; fail "the server did not start; its log is above."; }
  sleep 0.1
done
[[ -s $demo/port ]] || fail "the server gave no port within 10 seconds; see $demo/server.log."
URL=http://127.0.0.1:$(tr -d '[:space:]' <"$demo/port")

# --- Talking to it --------------------------------------------------------------------------------------------------

# keep_token WHO: reads an answer with a token, keeps it for `api`
keep_token() {
  jq -er .token >"$people/$1" || fail "no token came for $1."
  echo "Authorization: Bearer $(cat "$people/$1")" >"$people/$1.header"
}

# api WHO METHOD PATH [CURL-ARGUMENT…]: a call, with its answer on standard output
api() {
  local who=$1 method=$2 path=$3
  shift 3
  if ! curl -sS --fail-with-body -X "$method" -H "@$people/$who.header" "$@" "$URL$path" >"$demo/answer"; then
    say "$method $path failed: $(cat "$demo/answer")"
    return 1
  fi
  cat "$demo/answer"
}

# send WHO METHOD PATH: the same, with the JSON of standard input as its body
send() { api "$1" "$2" "$3" -H 'Content-Type: application/json' --data-binary @-; }

# create KIND SYNCABLE NAME DESCRIPTION BODY: a resource in acme-dev; prints its id
create() {
  jq -n --argjson syncable "$2" --arg name "$3" --arg description "$4" --argjson body "$5" \
    '{$name, $description, $syncable, $body}' | send dev POST "/api/$1" | jq -er .id
}

# revise KIND ID BODY · publish KIND ID NOTE
revise() { jq -n --argjson body "$3" '{$body}' | send dev PATCH "/api/$1/$2" >/dev/null; }
publish() { jq -n --arg note "$3" '{$note}' | send dev POST "/api/$1/$2/publish" >/dev/null; }

# --- Tenants and people ---------------------------------------------------------------------------------------------

say "making acme-dev, acme-staging and acme-prod, with an owner, an admin, a user and a viewer in each"
password=$(head -c 18 /dev/urandom | base64 | tr '+/' '-_')
echo "$password" >"$people/password"
$syncline bootstrap --data "$demo" --tenant acme-dev --email "$owner" --password-stdin <"$people/password" \
  | keep_token dev

jq -n '{id: "acme-staging", label: "Acme staging", environment: "staging"}' | send dev POST /api/tenants >/dev/null
jq -n '{id: "acme-prod", label: "Acme production", environment: "production"}' | send dev POST /api/tenants >/dev/null

# login WHO EMAIL TENANT
login() {
  jq -n --arg email "$2" --rawfile password "$people/password" --arg tenant "$3" \
    '{$email, password: ($password | rtrimstr("\n")), tenantId: $tenant}' \
    | curl -sS --fail-with-body -H 'Content-Type: application/json' --data-binary @- "$URL/api/auth/login" \
    | keep_token "$1"
}
login staging "$owner" acme-staging
login prod "$owner" acme-prod

jq -n '{syncPolicy: {approvals: {when: "risk", count: 1}}}' | send prod PATCH /api/tenant >/dev/null

for who in dev staging prod; do
  for role in ADMIN USER VIEWER; do
    # A person has one password for all tenants, set with the first account.
    first=false
    [[ $who == dev ]] && first=true
    jq -n --arg role "$role" --argjson first "$first" --rawfile password "$people/password" \
      '{email: ($role | ascii_downcase + "@acme.test"), displayName: ("Acme " + ($role | ascii_downcase)), $role}
       + if $first then {password: ($password | rtrimstr("\n"))} else {} end' \
      | send "$who" POST /api/tenant/accounts >/dev/null
  done
done

for who in dev staging; do
  for name in CRM_TOKEN CRM_HOST; do
    jq -n --arg value "a-$name-of-$who" '{$value}' | send "$who" PUT "/api/tenant/variables/$name" >/dev/null
  done
done

# --- Real data ------------------------------------------------------------------------------------------------------

say "importing examples/flowise into acme-dev"
$syncline import flowise examples/flowise --server "$URL" --token-file "$people/dev" >"$demo/import.txt" \
  || { cat "$demo/import.txt" >&2; fail "the import failed; what it said is above."; }
tail -n 3 "$demo/import.txt"

# --- A workspace made by hand, with every kind ----------------------------------------------------------------------

say "making the support workspace"
readonly dimensions=32
handbook=$(create documents false "Handbook" "How this project is worked on" '{"fileName": "CONTRIBUTING.md"}')
glossary=$(create documents false "Glossary" "The words of the product" '{"fileName": "glossary.md"}')
policy=$(create documents false "Refund policy" "Kept elsewhere" '{"url": "https://acme.test/refund-policy.html"}')
api dev PUT "/api/documents/$handbook/content" -H 'Content-Type: text/markdown' -T CONTRIBUTING.md >/dev/null
api dev PUT "/api/documents/$glossary/content" -H 'Content-Type: text/markdown' -T docs/glossary.md >/dev/null

# shellcheck disable=SC2016  # Syncline resolves these, not the shell.
crm=$(create connections false "CRM" "Key from the tenant's variables, secret of its own" \
  '{"type": "http", "baseUrl": "https://${vars.CRM_HOST}/v2", "timeoutMs": 10000}')
jq -n '{apiKey: "${vars.CRM_TOKEN}", clientSecret: "a-literal-secret-of-acme-dev"}' \
  | send dev PUT "/api/connections/$crm/credentials" >/dev/null

knowledge=$(create knowledgeBases false "Support knowledge" "Three documents, two with vectors" \
  "$(jq -n --arg a "$handbook" --arg b "$glossary" --arg c "$policy" --argjson dimensions "$dimensions" \
    '{documents: [{documentId: $a}, {documentId: $b}, {documentId: $c}],
      embedding: {provider: "demo", model: "hashed-words", $dimensions}}')")
for pair in "$handbook CONTRIBUTING.md" "$glossary docs/glossary.md"; do
  python3 tools/demo_embeddings.py "$dimensions" <"${pair#* }" \
    | api dev PUT "/api/knowledgeBases/$knowledge/documents/${pair% *}/embeddings" \
      -H 'Content-Type: application/x-ndjson' --data-binary @- >/dev/null
done

ticket=$(create tools false "create_ticket" "Opens a ticket in the CRM" \
  "$(jq -n --arg crm "$crm" '{type: "http", method: "POST", path: "/tickets", connectionId: $crm}')")
publish tools "$ticket" "first"
search=$(create tools false "search_knowledge" "Looks in the knowledge base" \
  "$(jq -n --arg id "$knowledge" '{type: "rag", knowledgeBaseIds: [$id], topK: 4}')")
# The id in the code is a reference too, and is mapped in the copy.
refund=$(create tools true "refund" "Checks a refund against the policy" \
  "$(jq -n --arg id "$policy" '{type: "javascript", code: ("return await documents.read(\"" + $id + "\");")}')")

# The cycle: the workflow calls the agent, and the agent may start the workflow.
escalation_body() {
  jq -n --arg tool "$ticket" --arg agent "${1:-}" --arg crm "$crm" \
    '{steps: ([{id: "ask", type: "collect-inputs"},
               {id: "open", type: "call-tool", toolId: $tool},
               {id: "tell", type: "call-api", connectionId: $crm}]
              + (if $agent == "" then [] else [{id: "answer", type: "call-agent", agentId: $agent}] end)
              + [{id: "end", type: "end-flow"}])}'
}
escalation=$(create workflows false "Escalation" "Opens a ticket and answers" "$(escalation_body)")
billing=$(create agents false "Billing" "Sub-agent for invoices and refunds" \
  "$(jq -n --arg refund "$refund" --arg flow "$escalation" \
    '{type: "default", model: "gpt-4o", prompt: "You answer questions about invoices.",
      tools: [{toolId: $refund}, {toolId: "builtin:web-search"}], workflows: [{workflowId: $flow}]}')")
revise workflows "$escalation" "$(escalation_body "$billing")"
publish workflows "$escalation" "with an answer"
technical=$(create agents false "Technical" "Sub-agent for how things work" \
  "$(jq -n --arg search "$search" --arg id "$knowledge" \
    '{type: "default", model: "gpt-4o", prompt: "You explain the product.",
      tools: [{toolId: $search}], knowledgeBases: [{knowledgeBaseId: $id}]}')")

supervisor_body() {
  jq -n --arg model "$1" --arg a "$billing" --arg b "$technical" --arg tool "$ticket" \
    '{type: "supervisor", model: $model, prompt: ("Give invoices to agent " + $a + ", the rest to the other."),
      subAgents: [{agentId: $a}, {agentId: $b}], tools: [{toolId: $tool, version: 1}]}'
}
supervisor=$(create agents true "Support supervisor" "Versions 1 to 3 and a draft" "$(supervisor_body gpt-4o-mini)")
publish agents "$supervisor" "a small model"
revise agents "$supervisor" "$(supervisor_body gpt-4o)"
publish agents "$supervisor" "a larger one"
revise agents "$supervisor" "$(supervisor_body gpt-4.1)"
publish agents "$supervisor" "a newer one"
revise agents "$supervisor" "$(supervisor_body gpt-5)"

create evaluations true "Support answers" "What a release must answer well" \
  "$(jq -n --arg agent "$supervisor" \
    '{agents: [{agentId: $agent, version: "published"}],
      cases: [{input: "Where is my invoice?", expected: "The billing page."}]}')" >/dev/null

# --- The promotion --------------------------------------------------------------------------------------------------

# The loop of the requirements; each report goes to a file, and its figures to the screen.
promote() {
  local round=$1 TOKEN
  TOKEN=$(cat "$people/dev")
  for step in documents connections knowledgeBases tools workflows agents evaluations; do
    curl -sS --fail-with-body -X POST "$URL/api/tenant/sync/acme-staging/$step" \
      -H "Authorization: Bearer $TOKEN" >"$demo/report-$round-$step.json" \
      || fail "the step $step failed: $(cat "$demo/report-$round-$step.json")"
    jq -r --arg step "$step" '[$step, .summary.created, .summary.updated, .summary.unchanged, .summary.conflicts,
        .summary.excluded, (.danglingReferences | length)] | @tsv' "$demo/report-$round-$step.json" \
      | awk -F'\t' '{printf "  %-15s %8d %8d %10d %10d %9d %9d\n", $1, $2, $3, $4, $5, $6, $7}'
  done
}
header() {
  printf '\n%s\n  %-15s %8s %8s %10s %10s %9s %9s\n' \
    "$1" step created updated unchanged conflicts excluded dangling
}
header "acme-dev to acme-staging, the first time"
promote 1
header "acme-dev to acme-staging, again"
promote 2
written=$(jq -s 'map(.summary.created + .summary.updated) | add' "$demo"/report-2-*.json)
[[ $written == 0 ]] || fail "the second promotion wrote $written resources; it should have written none."

# --- What to do with it ---------------------------------------------------------------------------------------------

cat <<TEXT

The server       $URL
The console      $URL/  (sign in as admin@acme.test in acme-dev)
Its log          $demo/server.log
The reports      $demo/report-1-*.json and report-2-*.json
Tokens           $people/dev, staging and prod: the owner's, one a tenant
People           owner, admin, user and viewer @acme.test; their password is in $people/password

Try next
  TOKEN=\$(cat $people/dev)
  curl -s $URL/api/agents -H "Authorization: Bearer \$TOKEN" | jq '.items[].name'
  export SYNCLINE_SERVER=$URL SYNCLINE_TOKEN_FILE=$people/dev
  $syncline sync plan acme-prod          # risky for production: somebody else has to approve it
  $syncline agents list --server $URL --token-file $people/staging
TEXT

if $once; then exit 0; fi
echo
echo "Running until Ctrl-C."
trap 'exit 0' INT TERM
wait "$server"
