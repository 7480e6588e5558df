#pragma once
// What each command does once its words are understood. All print their answer on standard output.

#include <optional>
#include <string>
#include <vector>

#include "cli/client.h"

namespace syncline::cli {

enum class Output { table, json, markdown };

struct Session {
  Client client;
  Output output = Output::table;
};

Done whoami(Session& session);
// The password comes on standard input; the token goes to `token_file` (mode 0600), or is printed.
Done login(Session& session, const std::string& email, const std::string& tenant, const std::string& token_file);
Done logout(Session& session);

Done tenant_list(Session& session);
Done tenant_show(Session& session);
Done tenant_create(Session& session, const std::string& id, const std::string& label, const std::string& environment);

Done member_list(Session& session);
// `email` of a member, or a person's id, in all three. A new person's password comes on standard input.
Done member_add(Session& session, const std::string& email, const std::string& role, bool with_password);
Done member_set_role(Session& session, const std::string& who, const std::string& role);
Done member_remove(Session& session, const std::string& who);

Done token_list(Session& session);
Done token_create(Session& session, const std::string& description, const std::string& expires_at);
Done token_revoke(Session& session, const std::string& id);

Done variable_list(Session& session);
Done variable_set(Session& session, const std::string& name);  // the value comes on standard input
Done variable_unset(Session& session, const std::string& name);

Done resource_list(Session& session, const std::string& kind, const std::string& part);
Done resource_get(Session& session, const std::string& kind, const std::string& id, const std::string& version);
// A JSON document {id?, name, description?, syncable?, body}: made without an id, changed with one. "-": standard
// input.
Done resource_apply(Session& session, const std::string& kind, const std::string& file);
Done resource_delete(Session& session, const std::string& kind, const std::string& id, bool force);
Done resource_versions(Session& session, const std::string& kind, const std::string& id);
Done resource_publish(Session& session, const std::string& kind, const std::string& id, const std::string& note);
Done resource_syncable(Session& session, const std::string& kind, const std::string& id, bool on);

Done document_upload(Session& session, const std::string& id, const std::string& file, const std::string& media_type);
Done document_download(Session& session, const std::string& id, const std::string& file);
Done credentials_set(Session& session, const std::string& id);  // JSON on standard input

// A file, or all .json files below a folder.
Done import_flowise(Session& session, const std::string& path);

Done call_api(Session& session, const std::string& method, const std::string& path, const std::string& file);

}  // namespace syncline::cli
