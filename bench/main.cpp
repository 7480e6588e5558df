// What a promotion and a request cost, as ratios against a baseline of the same run. One JSON line a result.
//
//   first_sync   all N resources into an empty tenant; baseline: the database's own copy of the same rows with bodies
//   noop         the same again; baseline: first_sync
//   rollback     undoing that first sync; baseline: first_sync
//   changed_10   after ten bodies have changed; baseline: the same at the smallest N
//   rollback_10  undoing the last of these; baseline: changed_10
//   plan_all     a plan of all N resources into an empty tenant, with what is risky about each; baseline: first_sync
//   plan_100     a plan after a hundred bodies have changed, with their fields; baseline: plan_all
//   targets_8    eight first syncs into eight tenants at once, from two servers; baseline: one after the other
//   get, put     requests through HTTP with 64 connections; baseline: /healthz, and get
#include <malloc.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <thread>

#include "catalog/resources.h"
#include "load.h"
#include "promotion/plan_promotion.h"
#include "promotion/promote.h"
#include "promotion/rollback.h"
#include "setup.h"

namespace syncline::bench {
namespace {

constexpr std::int64_t kChanged = 10;
constexpr std::int64_t kPlanned = 100;
constexpr int kTargets = 8;
constexpr std::int64_t kManyResources = 100'000;

double now_ms() {
  using std::chrono::steady_clock;
  return std::chrono::duration<double, std::milli>(steady_clock::now().time_since_epoch()).count();
}

template <typename Act>
double time_ms(Act act) {
  const double began = now_ms();
  act();
  return now_ms() - began;
}

double median(std::vector<double> times) {
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

double memory_mb(std::string_view name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name)) return std::strtod(line.c_str() + name.size(), nullptr) / 1024;
  }
  return 0;
}

// The most memory the process has had since the last call, in MiB.
double peak_mb() {
  const double mb = memory_mb("VmHWM:");
  std::ofstream("/proc/self/clear_refs") << "5";
  return mb;
}

// How often the program waits for an answer of the database's server while it acts.
template <typename Act>
std::int64_t count_trips(Setup& setup, Act act) {
  const std::int64_t before = setup.services().database.round_trips();
  act();
  return setup.services().database.round_trips() - before;
}

// How far the memory rises while it acts, mapped pages of the database's file included, in MiB.
template <typename Act>
double rise_mb(Act act) {
  malloc_trim(0);  // What was freed before must not hide what is taken now.
  peak_mb();
  const double before = memory_mb("VmRSS:");
  act();
  return peak_mb() - before;
}

struct Options {
  std::string database = "sqlite";
  std::vector<std::int64_t> sizes = {1'000, 10'000, 100'000};
  std::string json;
  std::string folder = "build/bench";
  std::string postgres;  // SYNCLINE_TEST_POSTGRES: `./dev bench --database postgres` starts one
};

class Report {
 public:
  explicit Report(const Options& options) : database_(options.database) {
    if (!options.json.empty()) file_.open(options.json);
    std::printf("%-11s %8s %12s  %-18s %12s %9s\n", "bench", "n", "ms", "baseline", "ms", "ratio");
  }
  void add(const std::string& bench, std::int64_t n, double ms, const std::string& baseline, double baseline_ms,
           json::Object more = {}) {
    const double ratio = baseline_ms / ms;
    json::Object line{{"bench", bench},       {"database", database_},      {"n", n},        {"ms", ms},
                      {"baseline", baseline}, {"baseline_ms", baseline_ms}, {"ratio", ratio}};
    std::printf("%-11s %8lld %12.3f  %-18s %12.3f %8.2fx", bench.c_str(), static_cast<long long>(n), ms,
                baseline.c_str(), baseline_ms, ratio);
    for (const json::Member& member : more.members()) {
      std::printf("  %s %s", member.name.c_str(), json::write(member.value).c_str());
      line.add(member.name, member.value);
    }
    std::printf("\n");
    std::fflush(stdout);
    if (file_.is_open()) file_ << json::write(line) << std::endl;
  }

 private:
  std::string database_;
  std::ofstream file_;
};

Uuid promote(const Services& services, Setup& setup, const std::string& target, std::int64_t created,
             std::int64_t updated) {
  const promotion::Report report = must(promotion::promote(services, setup.everything_to(target)));
  const json::Value summary = must(json::parse(report.summary));
  ensure(*summary.at("created")->integer() == created, "A first sync creates all, a second one nothing.");
  ensure(*summary.at("updated")->integer() == updated, "A sync updates what has changed.");
  return report.run_id;
}

void roll_back(Setup& setup, const Uuid& run, std::string_view action, std::int64_t count) {
  const promotion::Report report =
      must(promotion::roll_back(setup.services(), {.principal = setup.owner(), .run = run}));
  const json::Value summary = must(json::parse(report.summary));
  ensure(*summary.at(action)->integer() == count, "Undoing a run undoes all of it.");
}

Uuid promote(Setup& setup, const std::string& target, std::int64_t created, std::int64_t updated) {
  return promote(setup.services(), setup, target, created, updated);
}

void change_some(Setup& setup, std::int64_t count, int round) {
  const std::size_t step = setup.resources().size() / static_cast<std::size_t>(count);
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    const Uuid id = setup.resources()[i * step + i % 2];
    const Kind kind = (i * step + i % 2) % 2 == 0 ? Kind::tool : Kind::agent;
    // With the references it had, so that the closure is as it was.
    const catalog::Shown before = must(catalog::get_resource(setup.services(), setup.owner(), {kind, id}, {}));
    const std::string old = before.view.at("body")->raw()->text;
    const std::string text = old.substr(0, old.size() - 2) + std::to_string(round % 10) + old.substr(old.size() - 2);
    catalog::ResourceChange change;
    change.body = text;
    must(catalog::edit_resource(setup.services(), setup.owner(), {kind, id}, change, ""));
  }
}

struct SyncTimes {
  double first = 0;
  double changed = 0;
};

SyncTimes bench_syncs(Report& report, Setup& setup, std::int64_t n, double smallest_changed) {
  const int rounds = n >= kManyResources ? 3 : 5;
  std::vector<double> firsts;
  std::vector<Uuid> runs;
  std::vector<double> copies;
  double rise = 0;
  for (int round = 0; round < rounds; ++round) {
    const std::string target = "target-" + std::to_string(round);
    setup.add_tenant(target);
    setup.settle();
    rise = std::max(rise,
                    rise_mb([&] { firsts.push_back(time_ms([&] { runs.push_back(promote(setup, target, n, 0)); })); }));
    setup.settle();
    copies.push_back(time_ms([&] { setup.copy_by_sql(); }));
    setup.remove_copy();
  }
  const double first = median(firsts);
  report.add("first_sync", n, first, "insert_select", median(copies), {{"roseMb", rise}});

  std::vector<double> undone;
  for (std::size_t round = 1; round < runs.size(); ++round) {
    setup.settle();
    undone.push_back(time_ms([&] { roll_back(setup, runs[round], "deleted", n); }));
  }
  report.add("rollback", n, median(undone), "first_sync", first);

  std::vector<double> noops;
  for (int round = 0; round < 21; ++round) noops.push_back(time_ms([&] { promote(setup, "target-0", 0, 0); }));
  const std::int64_t noop_trips = count_trips(setup, [&] { promote(setup, "target-0", 0, 0); });
  report.add("noop", n, median(noops), "first_sync", first, {{"roundTrips", noop_trips}});

  std::vector<double> changes;
  Uuid last;
  std::int64_t trips = 0;
  for (int round = 0; round < 11; ++round) {
    change_some(setup, kChanged, round);
    trips = count_trips(setup,
                        [&] { changes.push_back(time_ms([&] { last = promote(setup, "target-0", 0, kChanged); })); });
  }
  const double changed = median(changes);
  report.add("changed_10", n, changed, "changed_10 smallest", smallest_changed == 0 ? changed : smallest_changed,
             {{"roundTrips", trips}});
  double undoing = 0;
  trips = count_trips(setup, [&] { undoing = time_ms([&] { roll_back(setup, last, "restored", kChanged); }); });
  report.add("rollback_10", n, undoing, "changed_10", changed, {{"roundTrips", trips}});
  return {first, changed};
}

// Into an empty tenant, then into one that is a hundred changes behind. How far the memory rose, the plan's own text
// included, and how long that is.
void bench_plans(Report& report, Setup& setup, std::int64_t n, double first) {
  const auto plan = [&](const std::string& target) {
    return must(promotion::plan_promotion(setup.services(), setup.everything_to(target))).size();
  };
  const auto measure = [&](const std::string& target, std::vector<double>& times) {
    std::size_t size = 0;
    const double rise = rise_mb([&] { times.push_back(time_ms([&] { size = plan(target); })); });
    return json::Object{{"roseMb", rise}, {"planKb", static_cast<double>(size) / 1024}};
  };
  setup.add_tenant("unseen");
  std::vector<double> alls;
  json::Object all;
  for (int round = 0; round < 3; ++round) all = measure("unseen", alls);
  report.add("plan_all", n, median(alls), "first_sync", first, std::move(all));

  promote(setup, "target-0", 0, kChanged);  // which the last rollback has taken back
  change_some(setup, kPlanned, 12);
  std::vector<double> somes;
  json::Object some;
  for (int round = 0; round < 11; ++round) some = measure("target-0", somes);
  report.add("plan_100", n, median(somes), "plan_all", median(alls), std::move(some));
}

void bench_targets(Report& report, Setup& setup, std::int64_t n) {
  const auto name = [](const char* how, int i) { return how + std::to_string(i); };
  for (int i = 0; i < kTargets; ++i) {
    setup.add_tenant(name("serial-", i));
    setup.add_tenant(name("parallel-", i));
  }
  setup.settle();
  const double serial = time_ms([&] {
    for (int i = 0; i < kTargets; ++i) promote(setup, name("serial-", i), n, 0);
  });
  setup.settle();
  const double parallel = time_ms([&] {
    std::vector<std::thread> threads;
    for (int i = 0; i < kTargets; ++i) {
      const Services& services = i % 2 == 0 ? setup.services() : setup.other_services();
      threads.emplace_back([&, i] { promote(services, setup, name("parallel-", i), n, 0); });
    }
    for (std::thread& thread : threads) thread.join();
  });
  report.add("targets_8", n, parallel, "one by one", serial);
}

json::Object load_json(const Load& load, std::int64_t round_trips) {
  return {{"perSecond", load.per_second},
          {"p99Ms", load.p99_ms},
          {"connections", load.connections},
          {"roundTrips", static_cast<double>(round_trips) / static_cast<double>(load.requests)}};
}

void bench_requests(Report& report, Setup& setup, std::int64_t n) {
  const HttpServer server(setup.services(), setup.owner());
  const Load health = server.run({.method = "GET", .paths = {"/healthz"}});
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < 1000; ++i) {
    const std::size_t at = i * setup.resources().size() / 1000;
    paths.push_back(std::string(at % 2 == 0 ? "/api/tools/" : "/api/agents/") + setup.resources()[at].text());
  }
  Load get;
  std::int64_t trips = count_trips(setup, [&] { get = server.run({.method = "GET", .paths = paths}); });
  report.add("get", n, get.median_ms, "healthz", health.median_ms, load_json(get, trips));
  Load put;
  trips = count_trips(setup, [&] { put = server.run({.method = "PATCH", .paths = paths}); });
  report.add("put", n, put.median_ms, "get", get.median_ms, load_json(put, trips));
}

[[noreturn]] void usage(const std::string& why) {
  std::cerr << why << "\nusage: syncline_bench [--database sqlite|postgres] [--sizes 1000,10000,100000] [--json FILE] "
            << "[--folder DIR]\n";
  std::exit(64);
}

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc + 1; i += 2) {
    const std::string name = argv[i];
    if (i + 1 >= argc) usage(name + " takes a value.");
    const std::string value = argv[i + 1];
    if (name == "--database")
      options.database = value;
    else if (name == "--json")
      options.json = value;
    else if (name == "--folder")
      options.folder = value;
    else if (name != "--sizes")
      usage("The option " + name + " is not known.");
    if (name != "--sizes") continue;
    options.sizes.clear();
    std::istringstream in(value);
    for (std::string size; std::getline(in, size, ',');) {
      std::int64_t n = 0;
      std::from_chars(size.data(), size.data() + size.size(), n);
      if (n < kPlanned * 2) usage("A size is a number from 200 on.");
      options.sizes.push_back(n);
    }
  }
  if (options.database == "postgres") {
    const char* address = std::getenv("SYNCLINE_TEST_POSTGRES");
    if (address == nullptr) usage("SYNCLINE_TEST_POSTGRES does not say where PostgreSQL is: run ./dev bench.");
    options.postgres = address;
  } else if (options.database != "sqlite") {
    usage("The database " + options.database + " is not known.");
  }
  return options;
}

}  // namespace
}  // namespace syncline::bench

int main(int argc, char** argv) {
  using namespace syncline::bench;
  const Options options = parse(argc, argv);
  Report report(options);
  double smallest_changed = 0;
  for (const std::int64_t n : options.sizes) {
    Setup setup(options.folder, options.postgres, n);
    const SyncTimes times = bench_syncs(report, setup, n, smallest_changed);
    if (smallest_changed == 0) smallest_changed = times.changed;
    bench_plans(report, setup, n, times.first);
    // SQLite has one writer, and one server.
    if (options.database == "postgres") bench_targets(report, setup, n);
    bench_requests(report, setup, n);
  }
  return 0;
}
