#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/files.h"
#include "blobs/directory_store.h"
#include "blobs/s3_store.h"

namespace syncline::blobs {
namespace {

namespace fs = std::filesystem;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

constexpr std::size_t kSmallestPart = 5 * 1024 * 1024;

// What every store promises, on each of them: on S3 where SYNCLINE_TEST_S3 names a server (`./dev test` starts one).
class StoreTest : public testing::Test {
 protected:
  Stored store(const Uuid& id, std::string_view text) const {
    const auto upload = begin(id);
    EXPECT_TRUE(upload->write(text).ok());
    return upload->finish().value();
  }
  std::unique_ptr<Upload> begin(const Uuid& id) const { return std::move(store_->begin(id)).value(); }
  std::string read(const Uuid& id, std::uint64_t offset, std::size_t capacity) const {
    const auto reader = std::move(store_->open(id)).value();
    std::string text(capacity, '?');
    text.resize(reader->read_at(offset, text.data(), capacity).value());
    return text;
  }

  std::unique_ptr<BlobStore> store_;
  Uuid id_ = make_uuid7(system_now_ms());
};

class Contract : public StoreTest, public testing::WithParamInterface<const char*> {
 protected:
  Contract() : name_("syncline-blobs-" + to_hex(random_bytes(8))) {}
  ~Contract() override {
    if (GetParam() == std::string_view("s3") && store_) {
      const std::vector<Uuid> ids = store_->list().value();
      for (const Uuid& id : ids) EXPECT_TRUE(store_->remove(id).ok());
    }
    fs::remove_all(fs::temp_directory_path() / name_);
  }
  void SetUp() override {
    if (GetParam() == std::string_view("s3") && environment("SYNCLINE_TEST_S3").empty()) {
      GTEST_SKIP() << "SYNCLINE_TEST_S3 is not set";
    }
    store_ = reopened();
  }
  std::unique_ptr<BlobStore> reopened() const {
    if (GetParam() == std::string_view("directory")) {
      return std::move(open_directory_store((fs::temp_directory_path() / name_).string())).value();
    }
    S3Place place = parse_s3_place(environment("SYNCLINE_TEST_S3")).value();
    place.prefix += name_ + "/";
    auto opened = open_s3_store(place, find_s3_credentials("").value(), system_now_ms(), {.part_bytes = kSmallestPart});
    EXPECT_TRUE(opened.ok()) << opened.error().code << opened.error().context;
    return std::move(opened).value();
  }
  std::string name_;
};

class DirectoryStore : public StoreTest {
 protected:
  DirectoryStore() : folder_(fs::temp_directory_path() / ("syncline-blobs-" + to_hex(random_bytes(8)))) {
    store_ = reopened();
  }
  ~DirectoryStore() override { fs::remove_all(folder_); }
  std::unique_ptr<BlobStore> reopened() const { return std::move(open_directory_store(folder_.string())).value(); }
  fs::path upload_path(const Uuid& id) const { return folder_ / "tmp" / id.text(); }

  fs::path folder_;
};

TEST_P(Contract, KeepsWhatWasWrittenInParts) {
  const auto upload = begin(id_);
  ASSERT_TRUE(upload->write("hello ").ok());
  ASSERT_TRUE(upload->write("").ok());
  ASSERT_TRUE(upload->write("world").ok());
  const Stored stored = upload->finish().value();

  EXPECT_EQ(stored.id, id_);
  EXPECT_EQ(stored.size, 11U);
  EXPECT_EQ(stored.sha256, sha256("hello world"));
  EXPECT_EQ(read(id_, 0, 100), "hello world");
}

TEST_P(Contract, KeepsAnEmptyBlob) {
  const Stored stored = store(id_, "");

  EXPECT_EQ(stored.size, 0U);
  EXPECT_EQ(stored.sha256, sha256(""));
  EXPECT_EQ(read(id_, 0, 10), "");
}

TEST_P(Contract, ReadsAnyPart) {
  store(id_, "0123456789");

  EXPECT_EQ(store_->open(id_).value()->size(), 10U);
  EXPECT_EQ(read(id_, 3, 4), "3456");
  EXPECT_EQ(read(id_, 8, 4), "89");
  EXPECT_EQ(read(id_, 10, 4), "");
  EXPECT_EQ(read(id_, std::uint64_t{1} << 63, 4), "");
}

TEST_F(DirectoryStore, KeepsBlobsByTheirLastDigits) {
  store(id_, "x");

  EXPECT_TRUE(fs::exists(folder_ / id_.text().substr(34) / id_.text()));
  EXPECT_FALSE(fs::exists(upload_path(id_)));
}

TEST_P(Contract, ShowsABlobOnceItIsFinished) {
  const auto upload = begin(id_);
  ASSERT_TRUE(upload->write("x").ok());

  EXPECT_EQ(store_->open(id_).error().code, "blob_missing");
  EXPECT_TRUE(store_->list().value().empty());
  ASSERT_TRUE(upload->finish().ok());
  EXPECT_TRUE(store_->open(id_).ok());
  EXPECT_EQ(store_->list().value(), std::vector{id_});
}

// Longer than a part, and no multiple of one.
TEST_P(Contract, KeepsALongBlobAndReadsAnyPartOfIt) {
  std::string text(2 * kSmallestPart + 12'345, '\0');
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i * 2'654'435'761U >> 13);
  const auto upload = begin(id_);
  for (std::size_t at = 0; at < text.size(); at += 100'000) {
    ASSERT_TRUE(upload->write(std::string_view(text).substr(at, 100'000)).ok());
  }
  const Stored stored = upload->finish().value();

  EXPECT_EQ(stored.size, text.size());
  EXPECT_EQ(stored.sha256, sha256(text));
  EXPECT_EQ(sha256(read(id_, 0, text.size() + 10)), sha256(text));
  EXPECT_EQ(read(id_, kSmallestPart - 3, 6), text.substr(kSmallestPart - 3, 6));
  EXPECT_EQ(read(id_, text.size() - 2, 6), text.substr(text.size() - 2));
}

TEST_P(Contract, NeverWritesABlobTwice) {
  const auto late = begin(GetParam() == std::string_view("s3") ? id_ : make_uuid7(system_now_ms()));
  store(id_, "first");

  EXPECT_EQ(store_->begin(id_).error().code, "blob_exists");
  if (GetParam() == std::string_view("s3")) {
    EXPECT_EQ(late->finish().error().code, "blob_exists");
  }
  EXPECT_EQ(read(id_, 0, 10), "first");
}

TEST_P(Contract, ListsBlobsSorted) {
  const Uuid other = make_uuid7(system_now_ms());
  store(other, "x");
  store(id_, "x");

  EXPECT_EQ(store_->list().value(), (std::vector{id_, other}));
}

TEST_P(Contract, ADroppedUploadLeavesNothing) {
  auto upload = begin(id_);
  ASSERT_TRUE(upload->write(std::string(kSmallestPart + 1, 'x')).ok());
  upload.reset();

  EXPECT_EQ(store_->open(id_).error().code, "blob_missing");
  EXPECT_TRUE(store_->list().value().empty());
}

TEST_P(Contract, ManyThreadsReadOneBlob) {
  store(id_, std::string(100'000, 'a') + std::string(100'000, 'b'));
  const auto reader = std::move(store_->open(id_)).value();
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      char two[2];
      const std::uint64_t at = i % 2 == 0 ? 99'999 : 0;
      const auto got = reader->read_at(at, two, 2);
      right += got.ok() && std::string_view(two, 2) == (i % 2 == 0 ? "ab" : "aa") ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 8);
}

TEST_P(Contract, AVerifiedReaderFindsOtherBytesThanThoseStored) {
  store(id_, "0123456789");
  char buffer[10];
  const auto good = verified(std::move(store_->open(id_)).value(), sha256("0123456789"));
  const auto bad = verified(std::move(store_->open(id_)).value(), sha256("012345678X"));

  EXPECT_EQ(good->read_at(0, buffer, 4).value(), 4U);
  EXPECT_EQ(good->read_at(4, buffer, 10).value(), 6U);
  EXPECT_EQ(bad->read_at(0, buffer, 4).value(), 4U);
  EXPECT_EQ(bad->read_at(4, buffer, 10).error().code, "blob_damaged");
}

INSTANTIATE_TEST_SUITE_P(Stores, Contract, testing::Values("directory", "s3"));

TEST(S3Credentials, AWrongSecretIsRefused) {
  if (environment("SYNCLINE_TEST_S3").empty()) GTEST_SKIP() << "SYNCLINE_TEST_S3 is not set";
  S3Credentials wrong = find_s3_credentials("").value();
  wrong.secret = secrets::SecretString("another secret");
  const auto opened =
      open_s3_store(parse_s3_place(environment("SYNCLINE_TEST_S3")).value(), std::move(wrong), system_now_ms());

  EXPECT_EQ(opened.error().code, "storage_refused");
  EXPECT_NE(opened.error().context.find("403"), std::string::npos);
}

TEST_F(DirectoryStore, LeavesNothingOfADroppedUpload) {
  auto upload = begin(id_);
  ASSERT_TRUE(upload->write("x").ok());
  EXPECT_TRUE(fs::exists(upload_path(id_)));
  upload.reset();

  EXPECT_FALSE(fs::exists(upload_path(id_)));
  EXPECT_EQ(store_->open(id_).error().code, "blob_missing");
}

TEST_F(DirectoryStore, NeverBeginsAnUploadTwice) {
  const auto upload = begin(id_);
  EXPECT_EQ(store_->begin(id_).error().code, "blob_exists");
  ASSERT_TRUE(upload->write("first").ok());
  ASSERT_TRUE(upload->finish().ok());

  EXPECT_EQ(store_->begin(id_).error().code, "blob_exists");
  EXPECT_EQ(read(id_, 0, 10), "first");
  EXPECT_FALSE(fs::exists(upload_path(id_)));
}

TEST_P(Contract, RemovesForGood) {
  store(id_, "x");

  EXPECT_TRUE(store_->remove(id_).ok());
  EXPECT_TRUE(store_->remove(id_).ok());
  EXPECT_EQ(store_->open(id_).error().code, "blob_missing");
  EXPECT_EQ(store_->open(id_).error().kind, ErrorKind::internal);
}

TEST_F(DirectoryStore, ReadsOnWhileABlobIsRemoved) {
  store(id_, "x");
  const auto reader = std::move(store_->open(id_)).value();
  ASSERT_TRUE(store_->remove(id_).ok());
  char byte = '?';

  EXPECT_EQ(reader->read_at(0, &byte, 1).value(), 1U);
  EXPECT_EQ(byte, 'x');
}

TEST_F(DirectoryStore, ListsBlobsSortedAndNothingElse) {
  const Uuid other = make_uuid7(system_now_ms());
  store(other, "x");
  store(id_, "x");
  std::ofstream(folder_ / "ab" / "notes.txt") << "x";
  std::ofstream(folder_ / "README") << "x";

  EXPECT_EQ(store_->list().value(), (std::vector{id_, other}));
}

TEST_F(DirectoryStore, SweepsUploadsOfTheDeadAndSparesThoseOfTheLiving) {
  const Uuid dead = make_uuid7(system_now_ms());
  std::ofstream(upload_path(dead)) << "half";
  const auto upload = begin(id_);
  ASSERT_TRUE(upload->write("x").ok());

  const auto second_store = reopened();

  EXPECT_FALSE(fs::exists(upload_path(dead)));
  EXPECT_TRUE(upload->finish().ok());
  EXPECT_TRUE(second_store->open(id_).ok());
}

TEST_P(Contract, IsThereAfterARestart) {
  store(id_, "x");
  store_ = reopened();

  EXPECT_EQ(read(id_, 0, 10), "x");
}

TEST(OpenDirectoryStore, NeedsAFolderToBeIn) {
  EXPECT_EQ(open_directory_store("/nonexistent/blobs").error().code, "storage_failed");
}

TEST(WriteAll, SaysWhenThereIsNoSpace) {
  const FileDescriptor full_device(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  const Done refused = write_all(full_device, "x", "/dev/full");

  EXPECT_EQ(refused.error().kind, ErrorKind::full);
  EXPECT_EQ(refused.error().code, "storage_full");
  EXPECT_EQ(refused.error().message.find("/dev/full"), std::string::npos);
}

}  // namespace
}  // namespace syncline::blobs
