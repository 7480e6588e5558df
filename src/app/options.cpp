#include "app/options.h"

#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <functional>
#include <map>

namespace syncline::app {
namespace {

Fail usage(std::string message) { return fail(ErrorKind::invalid, "usage", std::move(message)); }

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

Done read_listen(Options& options, const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return usage("--listen takes HOST:PORT.");
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data() + colon + 1, end, options.port);
  if (parsed.ec != std::errc() || parsed.ptr != end) return usage("--listen takes HOST:PORT, the port up to 65535.");
  options.host = text.substr(0, colon);
  return done();
}

bool exists(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0;
}

}  // namespace

Result<Options> parse_options(const std::vector<std::string>& arguments) {
  Options options{.data = environment("SYNCLINE_DATA"),
                  .port_file = "",
                  .master_key_file = environment("SYNCLINE_MASTER_KEY_FILE"),
                  .master_key_command = environment("SYNCLINE_MASTER_KEY_COMMAND"),
                  .new_master_key_file = "",
                  .tenant = "",
                  .email = "",
                  .rest = {}};
  const std::string listen = environment("SYNCLINE_LISTEN");
  if (!listen.empty()) TRY(read_listen(options, listen));
  const std::map<std::string, std::string*> texts = {{"--data", &options.data},
                                                     {"--port-file", &options.port_file},
                                                     {"--master-key-file", &options.master_key_file},
                                                     {"--master-key-command", &options.master_key_command},
                                                     {"--new-master-key-file", &options.new_master_key_file},
                                                     {"--tenant", &options.tenant},
                                                     {"--email", &options.email}};
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    std::string name = arguments[i];
    if (name == "--password-stdin") continue;  // The only way there is: said so that it is seen.
    if (!name.starts_with("--")) {
      options.rest.push_back(std::move(name));
      continue;
    }
    std::string value;
    const std::size_t equals = name.find('=');
    if (equals != std::string::npos) {
      value = name.substr(equals + 1);
      name.resize(equals);
    } else if (i + 1 < arguments.size()) {
      value = arguments[++i];
    } else {
      return usage(name + " takes a value.");
    }
    const auto text = texts.find(name);
    if (text != texts.end())
      *text->second = value;
    else if (name == "--listen")
      TRY(read_listen(options, value));
    else
      return usage("The option " + name + " is not known.");
  }
  return options;
}

Result<secrets::MasterKey> find_master_key(const Options& options, bool may_create) {
  const std::string text = environment("SYNCLINE_MASTER_KEY");
  if (!options.master_key_command.empty()) {
    return secrets::load_master_key(secrets::KeyCommand{options.master_key_command});
  }
  if (!options.master_key_file.empty()) {
    return secrets::load_master_key(secrets::KeyFile{.path = options.master_key_file});
  }
  if (!text.empty()) return secrets::load_master_key(secrets::KeyText{secrets::SecretString(text)});
  const std::string path = options.data + "/master.key";
  // A database without the key it was made with is not given a new one: that would hide the loss.
  if (may_create && !exists(path) && !exists(options.data + "/syncline.db")) {
    TRY(secrets::create_master_key_file(path));
  }
  return secrets::load_master_key(secrets::KeyFile{.path = path});
}

}  // namespace syncline::app
