# tests/unit/X_test.cpp is a program X_test. What is in tests/support is a library that all of them may use, but for
# the programs there, which end in _test.cpp too. tests/e2e/X_test.py drives the built server from outside.
find_package(GTest REQUIRED)
find_library(RAPIDCHECK rapidcheck)

set(TEST_LIBRARIES syncline_app syncline_import GTest::gtest_main GTest::gtest Threads::Threads)
if(RAPIDCHECK)
  list(APPEND TEST_LIBRARIES ${RAPIDCHECK})
endif()

file(GLOB SUPPORT_SOURCES CONFIGURE_DEPENDS tests/support/*.cpp)
list(FILTER SUPPORT_SOURCES EXCLUDE REGEX "_test\\.cpp$")
if(SUPPORT_SOURCES)
  add_library(syncline_test_support STATIC ${SUPPORT_SOURCES})
  syncline_warnings(syncline_test_support)
  target_include_directories(syncline_test_support PUBLIC tests)
  target_link_libraries(syncline_test_support PUBLIC ${TEST_LIBRARIES})
  list(PREPEND TEST_LIBRARIES syncline_test_support)
endif()

function(syncline_test_program source)
  get_filename_component(NAME ${source} NAME_WE)
  add_executable(${NAME} ${source})
  syncline_warnings(${NAME})
  target_include_directories(${NAME} PRIVATE tests)
  target_link_libraries(${NAME} PRIVATE ${TEST_LIBRARIES})
  # Relative, so that the compiler's cache serves every checkout: test programs run in the root of theirs.
  target_compile_definitions(${NAME} PRIVATE
    SYNCLINE_SOURCE_DIR="." SYNCLINE_EXAMPLES_DIR="examples/flowise" SYNCLINE_SCENARIOS_DIR="tests/scenarios")
  add_test(NAME ${NAME} COMMAND ${NAME} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${NAME} PROPERTIES
    ENVIRONMENT "SYNCLINE_BINARY=${CMAKE_BINARY_DIR}/syncline;RC_PARAMS=max_success=10000" TIMEOUT 1200)
endfunction()

file(GLOB TEST_SOURCES CONFIGURE_DEPENDS tests/unit/*_test.cpp tests/support/*_test.cpp)
foreach(SOURCE ${TEST_SOURCES})
  syncline_test_program(${SOURCE})
endforeach()

find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_test(NAME tools COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tools/test_checks.py)
file(GLOB E2E_SOURCES CONFIGURE_DEPENDS tests/e2e/*_test.py)
foreach(SOURCE ${E2E_SOURCES})
  get_filename_component(NAME ${SOURCE} NAME_WE)
  foreach(DATABASE sqlite postgres)
    add_test(NAME ${NAME}_${DATABASE} COMMAND ${Python3_EXECUTABLE} ${SOURCE})
    set_tests_properties(${NAME}_${DATABASE} PROPERTIES
      ENVIRONMENT "SYNCLINE_BINARY=${CMAKE_BINARY_DIR}/syncline;SYNCLINE_E2E_DATABASE=${DATABASE}"
      TIMEOUT 1200 SKIP_RETURN_CODE 77)
  endforeach()
endforeach()

# It holds PostgreSQL to a time, which it needs the machine for.
set_tests_properties(postgres_faults_test_postgres PROPERTIES RUN_SERIAL TRUE)

# The console in a browser, against the built server. A browser is as much as two other tests: there is one at a time,
# and these two begin early, beside the short ones.
foreach(DATABASE sqlite postgres)
  add_test(NAME console_${DATABASE} COMMAND ${CMAKE_SOURCE_DIR}/tools/dev/console.sh stories)
  set_tests_properties(console_${DATABASE} PROPERTIES
    ENVIRONMENT "SYNCLINE_BINARY=${CMAKE_BINARY_DIR}/syncline;SYNCLINE_E2E_DATABASE=${DATABASE}"
    TIMEOUT 1200 SKIP_RETURN_CODE 77 RESOURCE_LOCK browser COST 1000)
endforeach()

file(GLOB BENCH_SOURCES CONFIGURE_DEPENDS bench/*.cpp)
if(BENCH_SOURCES)
  add_executable(syncline_bench ${BENCH_SOURCES})
  syncline_warnings(syncline_bench)
  target_link_libraries(syncline_bench PRIVATE syncline_app CURL::libcurl)
endif()
