# SQLite as we want it: the pinned amalgamation, because Debian 12's 3.40.1 can lose commits in WAL mode
# (docs/dependencies.md). The options are ours, not those of the package that ships the file.
set(SQLITE_DIR ${CMAKE_SOURCE_DIR}/node_modules/better-sqlite3/deps/sqlite3)
if(NOT EXISTS ${SQLITE_DIR}/sqlite3.c)
  message(FATAL_ERROR "The SQLite source is missing. Run: ./dev setup")
endif()
add_library(syncline_sqlite STATIC ${SQLITE_DIR}/sqlite3.c)
target_include_directories(syncline_sqlite SYSTEM PUBLIC ${SQLITE_DIR})
target_compile_options(syncline_sqlite PRIVATE -O2 -w)
target_compile_definitions(syncline_sqlite PRIVATE
  SQLITE_THREADSAFE=2 SQLITE_DQS=0 SQLITE_DEFAULT_MEMSTATUS=0 SQLITE_OMIT_LOAD_EXTENSION SQLITE_OMIT_DEPRECATED
  SQLITE_OMIT_SHARED_CACHE SQLITE_LIKE_DOESNT_MATCH_BLOBS SQLITE_DEFAULT_SYNCHRONOUS=2
  SQLITE_DEFAULT_WAL_SYNCHRONOUS=2 SQLITE_MAX_EXPR_DEPTH=0 SQLITE_USE_ALLOCA HAVE_FDATASYNC)
target_link_libraries(syncline_sqlite PUBLIC Threads::Threads m)
