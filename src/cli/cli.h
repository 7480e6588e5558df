#pragma once
// The command line. What acts on a server is a client of its API; what acts on a data directory is handed in.

#include <functional>
#include <string>
#include <vector>

namespace syncline::cli {

using Command = std::function<int(const std::vector<std::string>& arguments)>;

struct ServerCommands {
  Command serve;
  Command bootstrap;
  Command migrate;
  Command key;
  Command doctor;
  Command sweep;
  Command audit_verify;
  Command config;
  Command backup;
  Command restore;
  Command migrate_data;
};

// Gives the exit code: cli/exit_codes.h.
int run_cli(int argc, char** argv, const ServerCommands& server);

}  // namespace syncline::cli
