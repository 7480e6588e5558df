#include "http/console.h"

#include <map>

#include "base/bytes.h"
#include "base/embedded.h"

extern "C" const syncline::EmbeddedFile syncline_console[];

namespace syncline::http {
namespace {

constexpr std::string_view kNonceMark = "__CSP_NONCE__";

struct File {
  std::string_view bytes;
  std::string type;
  std::string encoding;  // "" for none
  std::string etag;
  bool immutable = false;
};
using Files = std::map<std::string, File, std::less<>>;  // by path

// As console/scripts/pack.mjs lists them; none when the console was not built.
Files read_manifest() {
  Files files;
  const EmbeddedFile* manifest = find_embedded(syncline_console, "manifest.json");
  if (manifest == nullptr) return files;
  const auto parsed = json::parse(manifest->text());
  ensure(parsed.ok() && parsed.value().at("files") != nullptr, "The console's manifest lists its files.");
  for (const json::Value& entry : *parsed.value().at("files")->array()) {
    const EmbeddedFile* file = find_embedded(syncline_console, entry.text_at("file"));
    ensure(file != nullptr, "The console has the files of its manifest.");
    const bool* immutable = entry.at("immutable") == nullptr ? nullptr : entry.at("immutable")->boolean();
    files[entry.text_at("path")] = {.bytes = file->text(),
                                    .type = entry.text_at("type"),
                                    .encoding = entry.text_at("encoding"),
                                    .etag = "\"" + entry.text_at("sha256").substr(0, 32) + "\"",
                                    .immutable = immutable != nullptr && *immutable};
  }
  return files;
}

const Files& files() {
  static const Files kFiles = read_manifest();
  return kFiles;
}

std::string policy(const std::string& nonce) {
  return "default-src 'none'; script-src 'self' 'nonce-" + nonce + "'; style-src 'self' 'nonce-" + nonce +
         "'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; object-src 'none'; "
         "frame-ancestors 'none'; form-action 'self'; require-trusted-types-for 'script'; trusted-types default";
}

void guard(Response& response) {
  response.set("Referrer-Policy", "same-origin");
  response.set("X-Frame-Options", "DENY");
  response.set("Cross-Origin-Opener-Policy", "same-origin");
}

Response page(const File& file) {
  const std::string nonce = to_base64url(random_bytes(18));
  Response response{.status = 200, .headers = {{"Content-Type", file.type}}, .body = std::string(file.bytes)};
  for (std::size_t at = response.body.find(kNonceMark); at != std::string::npos;
       at = response.body.find(kNonceMark, at)) {
    response.body.replace(at, kNonceMark.size(), nonce);
  }
  response.set("Content-Security-Policy", policy(nonce));
  response.set("Cache-Control", "no-store");  // A nonce is used once.
  guard(response);
  return response;
}

Response asset(const File& file, std::string_view if_none_match) {
  Response response{.status = 200, .headers = {{"ETag", file.etag}}};
  response.set("Cache-Control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  guard(response);
  if (if_none_match == file.etag) {
    response.status = 304;
    return response;
  }
  response.set("Content-Type", file.type);
  if (!file.encoding.empty()) response.set("Content-Encoding", file.encoding);
  response.body = file.bytes;
  return response;
}

}  // namespace

Result<Response> get_console(Context& context) {
  const std::string& path = context.request.path;
  const auto file = files().find(path);
  if (file != files().end() && path != "/index.html")
    return asset(file->second, context.request.header("If-None-Match"));
  const auto index = files().find("/index.html");
  if (index == files().end()) {
    return fail(ErrorKind::not_found, "no_console",
                "This binary was built without the web console: run `./dev build`, which makes it first.");
  }
  if (path.starts_with("/assets/")) return fail(ErrorKind::not_found, "not_found", "The console has no such file.");
  return page(index->second);
}

}  // namespace syncline::http
