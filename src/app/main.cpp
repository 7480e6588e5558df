#include "app/commands.h"
#include "cli/cli.h"

int main(int argc, char** argv) {
  namespace app = syncline::app;
  return syncline::cli::run_cli(argc, argv,
                                {.serve = app::serve,
                                 .bootstrap = app::bootstrap,
                                 .migrate = app::migrate,
                                 .key = app::key,
                                 .doctor = app::doctor,
                                 .sweep = app::sweep,
                                 .audit_verify = app::audit_verify,
                                 .config = app::config,
                                 .backup = app::backup,
                                 .restore = app::restore,
                                 .migrate_data = app::migrate_data});
}
