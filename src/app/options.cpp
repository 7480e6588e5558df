#include "app/options.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <sstream>
#include <string_view>

#include <toml++/toml.h>

namespace syncline::app {
namespace {

enum class Type { text, number, address };

struct Setting {
  const char* name;  // --name, SYNCLINE_NAME, name in the file
  Type type;
  const char* standard;
  const char* meaning;
};

constexpr std::array kSettings = {
    Setting{"data", Type::text, "", "the data directory"},
    Setting{"database", Type::text, "", "postgres://…; without it, SQLite in the data directory"},
    Setting{"database-pool", Type::number, "20", "PostgreSQL: connections at once"},
    Setting{"database-statement-timeout-ms", Type::number, "60000", "PostgreSQL: for one statement"},
    Setting{"database-lock-timeout-ms", Type::number, "30000", "PostgreSQL: for a tenant somebody else writes"},
    Setting{"blobs", Type::text, "", "s3://bucket/prefix?endpoint=…&region=…; without it, DIR/blobs"},
    Setting{"blobs-credentials-file", Type::text, "", "key id and secret in two lines; else AWS_… of the environment"},
    Setting{"database-replica", Type::text, "", "a streaming replica of it: lists are read there"},
    Setting{"listen", Type::address, "127.0.0.1:8080", "HOST:PORT; port 0 takes a free one"},
    Setting{"port-file", Type::text, "", "a file to write the port to once the server listens"},
    Setting{"master-key-file", Type::text, "", "the master key; without any of the three, DIR/master.key"},
    Setting{"master-key-command", Type::text, "", "a command that prints the master key"},
    Setting{"new-master-key-file", Type::text, "", "`key rotate`: the key to change to"},
    Setting{"from", Type::text, "", "`restore`: the backup; `migrate-data`: a data directory or postgres://…"},
    Setting{"to", Type::text, "", "`backup`: where to; `migrate-data`: a data directory or postgres://…"},
    Setting{"from-blobs", Type::text, "", "`migrate-data`: the blobs of an address; of a directory, its own"},
    Setting{"to-blobs", Type::text, "", "`migrate-data`: where they go; of a directory, its own"},
    Setting{"tenant", Type::text, "", "`bootstrap`: the first tenant; `audit verify`: the only one"},
    Setting{"expect-head", Type::text, "", "`audit verify`: a hash kept elsewhere that the tenant's chain must hold"},
    Setting{"email", Type::text, "", "`bootstrap`: the first person"},
    Setting{"body-limit", Type::number, "1048576", "bytes of a request's body"},
    Setting{"header-bytes", Type::number, "16384", "bytes of all header lines together"},
    Setting{"header-fields", Type::number, "64", "header lines"},
    Setting{"target-bytes", Type::number, "8192", "bytes of path and query"},
    Setting{"header-timeout-ms", Type::number, "10000", "for a whole head, from its first byte"},
    Setting{"idle-timeout-ms", Type::number, "60000", "between two requests of a connection"},
    Setting{"min-body-rate", Type::number, "1024", "bytes a second of a body, after the grace"},
    Setting{"body-grace-ms", Type::number, "5000", "before that rate is asked for"},
    Setting{"write-timeout-ms", Type::number, "30000", "without the client taking a byte"},
    Setting{"event-heartbeat-ms", Type::number, "10000", "between two signs of life to who follows a run"},
    Setting{"run-workers", Type::number, "2", "threads for runs that nobody waits for"},
    Setting{"run-queue", Type::number, "64", "such runs that may wait for a thread"},
    Setting{"run-lease-ms", Type::number, "15000", "a server not seen for so long is dead, and so are its runs"},
    Setting{"webhook-allow-private", Type::number, "0", "1: webhooks may lead to any address, also by http"},
    Setting{"webhook-retry-ms", Type::number, "5000", "before a delivery is tried again; then three times as long"},
    Setting{"drain-ms", Type::number, "10000", "for requests in flight when the server stops"},
    Setting{"ledger-days", Type::number, "90", "days for which a run can be undone"},
    Setting{"queue", Type::number, "256", "requests that may wait for a worker"},
    Setting{"connections", Type::number, "4096", "at once"},
    Setting{"sweep-every-ms", Type::number, "3600000", "between two sweeps of what nothing points at; 0: never"},
    Setting{"sweep-grace-ms", Type::number, "86400000", "for how long nothing must have pointed at it"},
    Setting{"loops", Type::number, "0", "event loops; 0 is one a core"},
    Setting{"workers", Type::number, "0", "threads for handlers; 0 is two a core, at least 4"},
};

Fail usage(std::string message) { return fail(ErrorKind::invalid, "usage", std::move(message)); }

const Setting* find_setting(std::string_view name) {
  const auto found =
      std::find_if(kSettings.begin(), kSettings.end(), [&](const Setting& setting) { return name == setting.name; });
  return found == kSettings.end() ? nullptr : &*found;
}

std::string environment_name(std::string_view name) {
  std::string upper = "SYNCLINE_";
  for (const char c : name) upper += c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return upper;
}

std::string environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? "" : value;
}

bool is_number(std::string_view text, std::int64_t most) {
  std::int64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  return !text.empty() && parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() && number >= 0 &&
         number <= most;
}

Done set(Options& options, const Setting& setting, const std::string& text, const std::string& origin) {
  constexpr std::int64_t kMost = std::int64_t{1} << 31;
  constexpr std::int64_t kMostPort = 65535;
  const std::size_t colon = text.rfind(':');
  const bool fits = setting.type == Type::text || (setting.type == Type::number && is_number(text, kMost)) ||
                    (setting.type == Type::address && colon != std::string::npos && colon > 0 &&
                     is_number(std::string_view(text).substr(colon + 1), kMostPort));
  if (!fits) {
    return usage(std::string(setting.name) + " (" + origin + ") must be " +
                 (setting.type == Type::number ? "a whole number." : "HOST:PORT."));
  }
  options.values[setting.name] = {text, origin};
  return done();
}

Done read_file(Options& options, const std::string& path) {
  toml::table table;
  try {
    table = toml::parse_file(path);
  } catch (const toml::parse_error& error) {
    return usage("The configuration file " + path + " cannot be read: " + std::string(error.description()));
  }
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    const Setting* setting = find_setting(name);
    if (setting == nullptr) return usage(path + ": the setting " + name + " is not known.");
    const auto number = node.value_exact<std::int64_t>();
    const auto text = node.value_exact<std::string>();
    if (!number && !text) return usage(path + ": " + name + " must be a text or a whole number.");
    TRY(set(options, *setting, number ? std::to_string(*number) : *text, "file"));
  }
  return done();
}

using Flags = std::vector<std::pair<std::string, std::string>>;

Result<Flags> read_flags(const std::vector<std::string>& arguments, std::vector<std::string>& words) {
  Flags flags;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    // Said so that it is seen: there is no other way for a password to come in. `--origin` belongs to `config show`,
    // `--verify` to `restore`, `--deep` to `doctor`.
    if (argument == "--password-stdin" || argument == "--origin" || argument == "--verify" || argument == "--deep" ||
        !argument.starts_with("--")) {
      if (argument != "--password-stdin") words.push_back(argument);
      continue;
    }
    const std::size_t equals = argument.find('=');
    if (equals != std::string::npos) {
      flags.emplace_back(argument.substr(2, equals - 2), argument.substr(equals + 1));
    } else if (i + 1 < arguments.size()) {
      flags.emplace_back(argument.substr(2), arguments[i + 1]);
      ++i;
    } else {
      return usage(argument + " takes a value.");
    }
  }
  return flags;
}

bool exists(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0;
}

}  // namespace

std::int64_t Options::number(const std::string& name) const {
  const std::string& digits = text(name);
  std::int64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

std::string Options::host() const { return text("listen").substr(0, text("listen").rfind(':')); }

std::uint16_t Options::port() const {
  const std::string& address = text("listen");
  std::uint16_t port = 0;
  std::from_chars(address.data() + address.rfind(':') + 1, address.data() + address.size(), port);
  return port;
}

Result<Options> parse_options(const std::vector<std::string>& arguments) {
  Options options;
  for (const Setting& setting : kSettings) options.values[setting.name] = {setting.standard, "default"};
  const Flags flags = TRY(read_flags(arguments, options.words));
  std::string file = environment("SYNCLINE_CONFIG");
  for (const auto& [name, value] : flags) {
    if (name == "config") file = value;
  }
  if (!file.empty()) TRY(read_file(options, file));
  for (const Setting& setting : kSettings) {
    const std::string value = environment(environment_name(setting.name));
    if (!value.empty()) TRY(set(options, setting, value, "environment"));
  }
  for (const auto& [name, value] : flags) {
    if (name == "config") continue;
    const Setting* setting = find_setting(name);
    if (setting == nullptr) return usage("The option --" + name + " is not known.");
    TRY(set(options, *setting, value, "flag"));
  }
  return options;
}

std::string settings_help() {
  std::ostringstream help;
  for (const Setting& setting : kSettings) {
    help << "  --" << setting.name << " (" << (*setting.standard == '\0' ? "none" : setting.standard) << ")\n      "
         << setting.meaning << "\n";
  }
  return help.str();
}

Result<secrets::MasterKey> find_master_key(const Options& options, bool may_create) {
  if (!options.text("master-key-command").empty()) {
    return secrets::load_master_key(secrets::KeyCommand{options.text("master-key-command")});
  }
  if (!options.text("master-key-file").empty()) {
    return secrets::load_master_key(secrets::KeyFile{.path = options.text("master-key-file")});
  }
  // Not a setting, so that no list of settings shows it.
  const std::string text = environment("SYNCLINE_MASTER_KEY");
  if (!text.empty()) return secrets::load_master_key(secrets::KeyText{secrets::SecretString(text)});
  const std::string path = options.text("data") + "/master.key";
  // A database without the key it was made with is not given a new one: that would hide the loss.
  if (may_create && !exists(path) && !exists(options.text("data") + "/syncline.db")) {
    TRY(secrets::create_master_key_file(path));
  }
  return secrets::load_master_key(secrets::KeyFile{.path = path});
}

}  // namespace syncline::app
