#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/files.h"
#include "blobs/directory_store.h"

namespace syncline::blobs {
namespace {

namespace fs = std::filesystem;

class DirectoryStore : public testing::Test {
 protected:
  DirectoryStore() : folder_(fs::temp_directory_path() / ("syncline-blobs-" + to_hex(random_bytes(8)))) {
    store_ = reopened();
  }
  ~DirectoryStore() override { fs::remove_all(folder_); }

  std::unique_ptr<BlobStore> reopened() const { return std::move(open_directory_store(folder_.string())).value(); }

  std::unique_ptr<Upload> begin(const Uuid& id) const { return std::move(store_->begin(id)).value(); }

  Stored store(const Uuid& id, std::string_view text) const {
    const auto upload = begin(id);
    EXPECT_TRUE(upload->write(text).ok());
    return upload->finish().value();
  }

  std::string read(const Uuid& id, std::uint64_t offset, std::size_t capacity) const {
    const auto reader = std::move(store_->open(id)).value();
    std::string text(capacity, '?');
    text.resize(reader->read_at(offset, text.data(), capacity).value());
    return text;
  }

  fs::path upload_path(const Uuid& id) const { return folder_ / "tmp" / id.text(); }

  fs::path folder_;
  std::unique_ptr<BlobStore> store_;
  Uuid id_ = make_uuid7(system_now_ms());
};

TEST_F(DirectoryStore, KeepsWhatWasWrittenInParts) {
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

TEST_F(DirectoryStore, KeepsAnEmptyBlob) {
  const Stored stored = store(id_, "");

  EXPECT_EQ(stored.size, 0U);
  EXPECT_EQ(stored.sha256, sha256(""));
  EXPECT_EQ(read(id_, 0, 10), "");
}

TEST_F(DirectoryStore, ReadsAnyPart) {
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

TEST_F(DirectoryStore, ShowsABlobOnceItIsFinished) {
  const auto upload = begin(id_);
  ASSERT_TRUE(upload->write("x").ok());

  EXPECT_EQ(store_->open(id_).error().code, "blob_missing");
  EXPECT_TRUE(store_->list().value().empty());
  ASSERT_TRUE(upload->finish().ok());
  EXPECT_TRUE(store_->open(id_).ok());
  EXPECT_EQ(store_->list().value(), std::vector{id_});
}

TEST_F(DirectoryStore, LeavesNothingOfADroppedUpload) {
  auto upload = begin(id_);
  ASSERT_TRUE(upload->write("x").ok());
  EXPECT_TRUE(fs::exists(upload_path(id_)));
  upload.reset();

  EXPECT_FALSE(fs::exists(upload_path(id_)));
  EXPECT_EQ(store_->open(id_).error().code, "blob_missing");
}

TEST_F(DirectoryStore, NeverWritesABlobTwice) {
  const auto upload = begin(id_);
  EXPECT_EQ(store_->begin(id_).error().code, "blob_exists");
  ASSERT_TRUE(upload->write("first").ok());
  ASSERT_TRUE(upload->finish().ok());

  EXPECT_EQ(store_->begin(id_).error().code, "blob_exists");
  EXPECT_EQ(read(id_, 0, 10), "first");
  EXPECT_FALSE(fs::exists(upload_path(id_)));
}

TEST_F(DirectoryStore, RemovesForGood) {
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

TEST_F(DirectoryStore, IsThereAfterARestart) {
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
