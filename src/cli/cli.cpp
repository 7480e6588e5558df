#include "cli/cli.h"

#include <iostream>

namespace syncline::cli {

int run_cli(int argc, char** argv, const ServerCommands& server) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const std::string name = words.empty() ? "" : words.front();
  const std::vector<std::string> rest(words.begin() + (words.empty() ? 0 : 1), words.end());
  if (name == "serve") return server.serve(rest);
  if (name == "bootstrap") return server.bootstrap(rest);
  if (name == "migrate") return server.migrate(rest);
  if (name == "key") return server.key(rest);
  if (name == "doctor") return server.doctor(rest);
  std::cerr << "usage: syncline serve|bootstrap|migrate|key|doctor …\n";
  return 64;
}

}  // namespace syncline::cli
