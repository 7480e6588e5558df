#pragma once
// What the commands that work on a data directory are told: flags win over SYNCLINE_* of the environment.

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "secrets/keyring.h"

namespace syncline::app {

struct Options {
  std::string data;                // --data, SYNCLINE_DATA
  std::string host = "127.0.0.1";  // --listen HOST:PORT, SYNCLINE_LISTEN
  std::uint16_t port = 8080;
  std::string port_file;            // --port-file: written when the server listens
  std::string master_key_file;      // --master-key-file, SYNCLINE_MASTER_KEY_FILE; else DIR/master.key
  std::string master_key_command;   // --master-key-command, SYNCLINE_MASTER_KEY_COMMAND
  std::string new_master_key_file;  // key rotate --new-master-key-file
  std::string tenant;               // bootstrap --tenant
  std::string email;                // bootstrap --email
  std::vector<std::string> rest;    // words that are no flags
};

// Errors: invalid `usage`.
Result<Options> parse_options(const std::vector<std::string>& arguments);

// The key the options name; when they name none, DIR/master.key, which is made when `may_create` says so.
Result<secrets::MasterKey> find_master_key(const Options& options, bool may_create);

}  // namespace syncline::app
