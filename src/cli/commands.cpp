#include "cli/commands.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "base/files.h"
#include "base/uuid.h"
#include "cli/print.h"
#include "cli/views.h"
#include "import/flowise.h"

namespace syncline::cli {
namespace {

namespace fs = std::filesystem;

std::string read_line() {
  std::string line;
  std::getline(std::cin, line);
  return line;
}

// The value as given, without the line's end that a shell adds.
std::string read_value() {
  std::ostringstream text;
  text << std::cin.rdbuf();
  std::string value = text.str();
  if (value.ends_with('\n')) value.pop_back();
  return value;
}

std::string path_of(const std::string& kind, const std::string& id) { return "/api/" + kind + "/" + encode(id); }

Result<std::string> person_id(Session& session, const std::string& who) {
  if (parse_uuid(who)) return who;
  const json::Array members = TRY(session.client.list("/api/tenant/accounts"));
  for (const json::Value& member : members) {
    if (member.text_at("email") == who) return member.text_at("personId");
  }
  return fail(ErrorKind::not_found, "not_found", who + " is no member of this tenant.");
}

std::string resource_line(const json::Value& resource) {
  return resource.text_at("kind") + "/" + resource.text_at("id") + "  " + resource.text_at("name") + "  version " +
         cell(resource.at("version")) + (cell(resource.at("syncable")) == "true" ? "  syncable" : "");
}

Done write_token(const std::string& file, const std::string& token) {
  constexpr int kOnlyOwner = 0600;
  const FileDescriptor descriptor(open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kOnlyOwner));
  if (!descriptor.is_open()) return storage_error("opening", file);
  return write_all(descriptor, token + "\n", file);
}

}  // namespace

Done whoami(Session& session) {
  const json::Value me = TRY(session.client.get("/api/me"));
  const json::Value* person = me.at("person");
  const json::Value* tenants = me.at("tenants");
  const std::string head = person->text_at("email") + " in " + me.text_at("tenant") + " as " + me.text_at("role");
  return print(session, me, head + "\n\n" + table_of(*tenants->array(), {"id", "label", "environment", "role"}));
}

Done login(Session& session, const std::string& email, const std::string& tenant, const std::string& token_file) {
  const json::Value answer = TRY(session.client.send(
      "POST", "/api/auth/login", json::Object{{"email", email}, {"password", read_line()}, {"tenantId", tenant}}));
  if (token_file.empty()) return print(session, answer, json::write(answer) + "\n");
  TRY(write_token(token_file, answer.text_at("token")));
  std::cout << "signed in to " << tenant << " as " << answer.text_at("role") << " until " << answer.text_at("expiresAt")
            << "\n";
  return done();
}

Done logout(Session& session) {
  const json::Value answer = TRY(session.client.call("POST", "/api/auth/logout"));
  return say(session, answer, "signed out");
}

Done tenant_list(Session& session) {
  return print_list(session, "/api/tenants", {"id", "label", "environment", "role"});
}

Done tenant_show(Session& session) {
  json::Value tenant = TRY(session.client.get("/api/tenant"));
  const std::string view = table_of({tenant}, {"id", "label", "environment", "syncPolicy", "createdAt"});
  return print(session, tenant, view);
}

Done tenant_create(Session& session, const std::string& id, const std::string& label, const std::string& environment) {
  json::Object wanted{{"id", id}, {"environment", environment}};
  if (!label.empty()) wanted.add("label", label);
  const json::Value tenant = TRY(session.client.send("POST", "/api/tenants", wanted));
  return say(session, tenant, "made the tenant " + tenant.text_at("id"));
}

Done member_list(Session& session) {
  return print_list(session, "/api/tenant/accounts", {"email", "role", "displayName", "personId"});
}

Done member_add(Session& session, const std::string& email, const std::string& role, bool with_password) {
  json::Object wanted{{"email", email}, {"role", role}};
  if (with_password) wanted.add("password", read_line());
  const json::Value account = TRY(session.client.send("POST", "/api/tenant/accounts", wanted));
  return say(session, account, "added " + account.text_at("email") + " as " + account.text_at("role"));
}

Done member_set_role(Session& session, const std::string& who, const std::string& role) {
  const std::string id = TRY(person_id(session, who));
  const json::Value account =
      TRY(session.client.send("PATCH", "/api/tenant/accounts/" + id, json::Object{{"role", role}}));
  return say(session, account, account.text_at("email") + " is " + account.text_at("role") + " now");
}

Done member_remove(Session& session, const std::string& who) {
  const std::string id = TRY(person_id(session, who));
  const json::Value answer = TRY(session.client.call("DELETE", "/api/tenant/accounts/" + id));
  return say(session, answer, "removed " + who);
}

Done token_list(Session& session) {
  return print_list(session, "/api/tenant/apiKeys", {"id", "description", "createdAt", "expiresAt"});
}

Done token_create(Session& session, const std::string& description, const std::string& expires_at) {
  json::Object wanted{{"description", description}};
  if (!expires_at.empty()) wanted.add("expiresAt", expires_at);
  const json::Value key = TRY(session.client.send("POST", "/api/tenant/apiKeys", wanted));
  return print(session, key, key.text_at("token") + "\n");
}

Done token_revoke(Session& session, const std::string& id) {
  const json::Value answer = TRY(session.client.call("DELETE", "/api/tenant/apiKeys/" + encode(id)));
  return say(session, answer, "revoked " + id);
}

Done variable_list(Session& session) {
  return print_list(session, "/api/tenant/variables", {"name", "updatedAt", "usedBy"});
}

Done variable_set(Session& session, const std::string& name) {
  const json::Value answer =
      TRY(session.client.send("PUT", "/api/tenant/variables/" + encode(name), json::Object{{"value", read_value()}}));
  return say(session, answer, "set " + name);
}

Done variable_unset(Session& session, const std::string& name) {
  const json::Value answer = TRY(session.client.call("DELETE", "/api/tenant/variables/" + encode(name)));
  return say(session, answer, "removed " + name);
}

Done resource_list(Session& session, const std::string& kind, const std::string& part) {
  const std::string query = part.empty() ? "" : "?q=" + encode(part);
  return print_list(session, "/api/" + kind + query, {"id", "name", "version", "syncable", "syncedFrom", "updatedAt"});
}

Done resource_get(Session& session, const std::string& kind, const std::string& id, const std::string& version) {
  const std::string query = version.empty() ? "" : "?version=" + encode(version);
  // In either form of output: a table would lose the body.
  std::cout << TRY(session.client.get_text(path_of(kind, id) + query)) << "\n";
  return done();
}

Done resource_apply(Session& session, const std::string& kind, const std::string& file) {
  const std::string text = TRY(read_text(file));
  json::Value wanted = TRY(json::parse(text));
  if (wanted.object() == nullptr) return fail(ErrorKind::invalid, "file", "The document must be a JSON object.");
  const std::string id = wanted.text_at("id");
  wanted.object()->erase("id");
  // The body goes as it was written, not as we would write it.
  const std::string_view body = json::member_text(text, "body");
  if (!body.empty()) wanted.object()->set("body", json::Raw{std::string(body)});
  const json::Value resource = TRY(id.empty() ? session.client.send("POST", "/api/" + kind, wanted)
                                              : session.client.send("PATCH", path_of(kind, id), wanted));
  return say(session, resource, resource_line(resource));
}

Done resource_delete(Session& session, const std::string& kind, const std::string& id, bool force) {
  const json::Value answer = TRY(session.client.call("DELETE", path_of(kind, id) + (force ? "?force=true" : "")));
  return say(session, answer, "deleted " + kind + "/" + id);
}

Done resource_versions(Session& session, const std::string& kind, const std::string& id) {
  const json::Value answer = TRY(session.client.get(path_of(kind, id) + "/versions"));
  const std::string view = table_of(*answer.at("items")->array(), {"version", "note", "publishedAt"});
  return print(session, answer, view);
}

Done resource_publish(Session& session, const std::string& kind, const std::string& id, const std::string& note) {
  const json::Value resource =
      TRY(session.client.send("POST", path_of(kind, id) + "/publish", json::Object{{"note", note}}));
  return say(session, resource, resource_line(resource));
}

Done resource_syncable(Session& session, const std::string& kind, const std::string& id, bool on) {
  const json::Value resource = TRY(session.client.send("PATCH", path_of(kind, id), json::Object{{"syncable", on}}));
  return say(session, resource, resource_line(resource));
}

Done document_upload(Session& session, const std::string& id, const std::string& file, const std::string& media_type) {
  const json::Value document = TRY(session.client.upload(path_of("documents", id) + "/content", file, media_type));
  const json::Value* content = document.at("content");
  return say(session, document,
             "uploaded " + cell(content->at("size")) + " bytes, SHA-256 " + content->text_at("sha256"));
}

Done document_download(Session& session, const std::string& id, const std::string& file) {
  TRY(session.client.download(path_of("documents", id) + "/content", file));
  return say(session, json::Object{{"file", file}}, "wrote " + file);
}

Done credentials_set(Session& session, const std::string& id) {
  const std::string text = TRY(read_text("-"));
  const json::Value resource = TRY(session.client.call("PUT", path_of("connections", id) + "/credentials", text));
  return say(session, resource, resource_line(resource));
}

namespace {

// Folder and name, wherever the folder is: what ids follow from.
std::string source_name(const fs::path& path) {
  const fs::path whole = fs::absolute(path).lexically_normal();
  return whole.parent_path().filename().string() + "/" + whole.filename().string();
}

Result<std::vector<fs::path>> files_to_import(const std::string& path) {
  std::error_code error;
  if (fs::is_regular_file(path, error)) return std::vector<fs::path>{path};
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(path, error)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  if (error || files.empty()) return fail(ErrorKind::invalid, "file", "There is no .json file at " + path + ".");
  std::sort(files.begin(), files.end());
  return files;
}

std::string import_view(const json::Value& answer, std::size_t files) {
  const json::Value* summary = answer.at("summary");
  const json::Array& dangling = *answer.at("danglingReferences")->array();
  std::string view = table_of(*answer.at("items")->array(), {"action", "kind", "name"});
  for (const json::Value& each : dangling) {
    view += "dangling: " + each.text_at("kind") + "/" + each.text_at("id") + " " + each.text_at("pointer") + " names " +
            each.text_at("to") + "\n";
  }
  return view + std::to_string(files) + " files: " + cell(summary->at("created")) + " created, " +
         cell(summary->at("updated")) + " updated, " + cell(summary->at("unchanged")) + " unchanged, " +
         std::to_string(dangling.size()) + " dangling references\n";
}

}  // namespace

Done import_flowise(Session& session, const std::string& path) {
  const std::vector<fs::path> files = TRY(files_to_import(path));
  std::vector<import::Resource> all;
  for (const fs::path& file : files) {
    const std::string text = TRY(read_text(file.string()));
    auto read = import::read_flowise(source_name(file), text);
    if (!read.ok()) {
      return fail(ErrorKind::invalid, read.error().code, file.string() + ": " + read.error().message);
    }
    std::move(read.value().begin(), read.value().end(), std::back_inserter(all));
  }
  json::Array resources;
  for (const import::Resource& each : import::without_repeats(std::move(all))) {
    resources.emplace_back(json::Object{{"kind", each.kind},
                                        {"id", each.id},
                                        {"name", each.name},
                                        {"description", each.description},
                                        {"body", json::Raw{each.body}}});
  }
  const json::Value answer = TRY(session.client.send(
      "POST", "/api/import", json::Object{{"source", "flowise"}, {"resources", std::move(resources)}}));
  return print(session, answer, import_view(answer, files.size()));
}

Done call_api(Session& session, const std::string& method, const std::string& path, const std::string& file) {
  std::optional<std::string> body;
  if (!file.empty()) body = TRY(read_text(file));
  const json::Value answer = TRY(session.client.call(method, path, body));
  return print(session, answer, json::write(answer) + "\n");
}

}  // namespace syncline::cli
