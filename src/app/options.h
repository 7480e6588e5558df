#pragma once
// What the commands that work on a data directory are told: flags win over SYNCLINE_* of the environment, which win
// over a TOML file (--config FILE, SYNCLINE_CONFIG). `kSettings` in options.cpp is the one list of settings.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "secrets/keyring.h"

namespace syncline::app {

struct Options {
  // Every setting by its name ("body-limit"), as text, and where it came from: "default", "file", "environment",
  // "flag".
  struct Value {
    std::string text;
    std::string origin;
  };
  std::map<std::string, Value> values;
  std::vector<std::string> words;  // what is no flag: `status` of `key status`

  const std::string& text(const std::string& name) const { return values.at(name).text; }
  std::int64_t number(const std::string& name) const;  // checked when the options were read

  std::string host() const;  // of --listen HOST:PORT
  std::uint16_t port() const;
};

// Errors: invalid `usage`, with what is wrong.
Result<Options> parse_options(const std::vector<std::string>& arguments);
// Lines for a help text: name, default, meaning.
std::string settings_help();

// The key the options name; when they name none, DIR/master.key, which is made for a new directory if `may_create`.
Result<secrets::MasterKey> find_master_key(const Options& options, bool may_create);

}  // namespace syncline::app
