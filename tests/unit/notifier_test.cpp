// Words between servers: within a process, and through PostgreSQL, also after the connection was lost.
#include "db/notifier.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <string>
#include <vector>

#include "db/postgres/database.h"

namespace syncline::db {
namespace {

using namespace std::chrono_literals;

// What a subscriber has heard.
class Ear {
 public:
  explicit Ear(Notifier& notifier)
      : subscription_(notifier.subscribe([this](std::string_view topic, std::string_view message) {
          const std::lock_guard lock(mutex_);
          heard_.push_back(std::string(topic) + ":" + std::string(message));
          changed_.notify_all();
        })) {}
  bool hears(const std::string& wanted, std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience,
                             [&] { return std::find(heard_.begin(), heard_.end(), wanted) != heard_.end(); });
  }
  std::size_t count() {
    const std::lock_guard lock(mutex_);
    return heard_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> heard_;
  std::shared_ptr<void> subscription_;
};

// Says it again until it is heard: what is said while nobody listens is lost.
bool reaches(Notifier& from, Ear& ear, const std::string& message) {
  for (int i = 0; i < 200; ++i) {
    from.publish("topic", message);
    if (ear.hears("topic:" + message, 100ms)) return true;
  }
  return false;
}

TEST(Notifier, TellsThisProcessBeforeItReturns) {
  const auto notifier = make_notifier();
  Ear ear(*notifier);

  notifier->publish("topic", "a b");

  EXPECT_TRUE(ear.hears("topic:a b", 0ms));
}

TEST(Notifier, TellsNobodyWhoHasLeft) {
  const auto notifier = make_notifier();
  std::string heard;
  {
    const auto subscription = notifier->subscribe([&](std::string_view, std::string_view text) { heard = text; });
  }

  notifier->publish("topic", "late");

  EXPECT_EQ(heard, "");
}

class PostgresNotifiers : public testing::Test {
 protected:
  void SetUp() override {
    const char* address = std::getenv("SYNCLINE_TEST_POSTGRES");
    if (address == nullptr) GTEST_SKIP() << "SYNCLINE_TEST_POSTGRES is not set: run ./dev test";
    address_ = address;
  }
  std::string address_;
};

TEST_F(PostgresNotifiers, TellEachOtherOnce) {
  const auto here = make_postgres_notifier(address_);
  const auto there = make_postgres_notifier(address_);
  Ear near(*here);
  Ear far(*there);
  ASSERT_TRUE(reaches(*here, far, "begin"));
  const std::size_t before = near.count();

  here->publish("topic", "with 'quotes' and\nlines");
  here->publish("topic", "last");

  EXPECT_TRUE(far.hears("topic:with 'quotes' and\nlines", 10s));
  EXPECT_TRUE(far.hears("topic:last", 10s));
  EXPECT_EQ(near.count(), before + 2) << "what comes back is not heard again";
}

TEST_F(PostgresNotifiers, ConnectAgain) {
  const auto here = make_postgres_notifier(address_);
  const auto there = make_postgres_notifier(address_);
  Ear far(*there);
  ASSERT_TRUE(reaches(*here, far, "begin"));

  const auto database = open_postgres({.address = address_});
  ASSERT_TRUE(database.ok());
  {
    const auto transaction = database.value()->begin_read(deployment());
    ASSERT_TRUE(transaction.value()
                    ->connection()
                    .run_script("test.cut",
                                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> "
                                "pg_backend_pid() AND datname = current_database() AND "
                                "(query LIKE 'LISTEN syncline%' OR query LIKE 'SELECT pg_notify%')")
                    .ok());
  }

  EXPECT_TRUE(reaches(*here, far, "again"));
}

TEST_F(PostgresNotifiers, NobodyWaitsForADatabaseThatIsNotThere) {
  const auto notifier = make_postgres_notifier("postgresql:///none?host=/nowhere");
  Ear ear(*notifier);

  notifier->publish("topic", "here");

  EXPECT_TRUE(ear.hears("topic:here", 0ms));
}

}  // namespace
}  // namespace syncline::db
