#include "promotion/preflight.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/json.h"
#include "promotion/releases.h"
#include "secrets/template_expression.h"

namespace syncline::promotion {
namespace {

struct Lacking {
  std::string name;
  std::set<std::string> fields;
};
using LackingConnections = std::map<Uuid, Lacking>;

std::vector<std::string> written(const LackingConnections& lacking) {
  std::vector<std::string> objects;
  for (const auto& [id, connection] : lacking) {
    json::Array fields;
    for (const std::string& field : connection.fields) fields.emplace_back(field);
    objects.push_back(
        json::write(json::Object{{"id", id.text()}, {"name", connection.name}, {"fields", std::move(fields)}}));
  }
  return objects;
}

bool names_one_of(const std::vector<std::string>& used, const std::set<std::string>& missing) {
  return std::any_of(used.begin(), used.end(), [&](const std::string& name) { return missing.contains(name); });
}

Result<LackingConnections> unset_templates(db::Connection& connection, const Computed& computed) {
  std::set<std::string> missing;
  std::map<Uuid, std::string> users;
  for (const MissingVariable& variable : computed.missing_variables) {
    missing.insert(variable.name);
    for (const VariableUser& user : variable.used_by) {
      if (info(user.kind).holds_credentials) users[user.id] = user.name;
    }
  }
  LackingConnections lacking;
  for (const auto& [id, name] : users) {
    const std::vector<store::CredentialPart> parts =
        TRY(store::list_credential_parts(connection, computed.pair.source, id));
    for (const store::CredentialPart& part : parts) {
      if (!part.template_text || !names_one_of(secrets::variables_used(*part.template_text), missing)) continue;
      lacking[id].name = name;
      lacking[id].fields.insert(part.field);
    }
  }
  return lacking;
}

Result<LackingConnections> kept_back(db::Connection& connection, const Computed& computed) {
  const planning::Source& source = computed.selection.snapshot.source;
  std::vector<Uuid> originals;
  std::vector<Uuid> copies;
  for (const planning::Change& change : computed.plan.changes) {
    if (!info(source[change.resource].kind).holds_credentials) continue;
    originals.push_back(source[change.resource].id);
    copies.push_back(change.id);
  }
  const auto before = TRY(read_parts(connection, computed.pair.target, copies, store::list_credential_parts));
  const auto after = TRY(read_source_parts(connection, computed.pair, computed.selection, originals,
                                           store::list_credential_parts, credential_parts_of));
  LackingConnections lacking;
  for (const planning::Change& change : computed.plan.changes) {
    const planning::Resource& original = source[change.resource];
    if (!info(original.kind).holds_credentials) continue;
    for (const store::CredentialPart& part : parts_of(after, original.id)) {
      if (find_field(parts_of(before, change.id), part.field) != nullptr) continue;
      lacking[original.id].name = original.name;
      lacking[original.id].fields.insert(part.field);
    }
  }
  return lacking;
}

std::vector<std::string> written(const std::vector<access::Block>& blocks) {
  std::vector<std::string> objects;
  for (const access::Block& block : blocks) {
    json::Object one{{"code", block.code}, {"detail", block.detail}};
    if (block.until) one.add("until", format_time(*block.until));
    objects.push_back(json::write(one));
  }
  return objects;
}

void append_list(std::string& out, std::string_view name, const std::vector<std::string>& objects) {
  out.append(",\"").append(name).append("\":").append(join_objects(objects));
}

}  // namespace

Result<std::vector<std::string>> find_missing_credentials(db::Connection& connection, const PromotionRequest& request,
                                                          const Computed& computed) {
  const LackingConnections lacking =
      request.keep_credentials ? TRY(kept_back(connection, computed)) : TRY(unset_templates(connection, computed));
  return written(lacking);
}

void append_preflight(std::string& out, const Computed& computed, const Description& description,
                      const std::vector<std::string>& missing_credentials, const std::vector<access::Block>& blocks) {
  const bool dangling = std::any_of(computed.outcome.begin(), computed.outcome.end(),
                                    [](const StepOutcome& step) { return !step.dangling.empty(); });
  const bool ok = computed.missing_variables.empty() && !dangling && description.embedding_mismatches.empty() &&
                  description.version_clashes.empty() && missing_credentials.empty() && blocks.empty();
  out.append(",\"preflight\":{\"ok\":").append(ok ? "true" : "false");
  append_missing_variables(out, computed.missing_variables);
  append_dangling(out, computed.outcome);
  append_list(out, "embeddingMismatches", description.embedding_mismatches);
  append_list(out, "versionClashes", description.version_clashes);
  append_list(out, "missingCredentials", missing_credentials);
  append_list(out, "blocked", written(blocks));
  out += '}';
}

}  // namespace syncline::promotion
