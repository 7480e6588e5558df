# Puts files into the binary through .incbin (0.02 s, where an array in C++ takes seconds).
#
# syncline_embed(MODULE SYMBOL FOLDER FILE...): the module's library gets a table SYMBOL of {name, begin, end}, which
# ends with an entry of zeros; base/embedded.h reads it. Names are the paths of the files below FOLDER.
function(syncline_embed module symbol folder)
  set(EMBEDDED ".section .rodata\n")
  set(TABLE "")
  set(INDEX 0)
  foreach(FILE ${ARGN})
    file(RELATIVE_PATH NAME ${folder} ${FILE})
    string(APPEND EMBEDDED
      "name${INDEX}: .asciz \"${NAME}\"\nbegin${INDEX}: .incbin \"${FILE}\"\nend${INDEX}: .byte 0\n")
    string(APPEND TABLE " .quad name${INDEX}, begin${INDEX}, end${INDEX}\n")
    math(EXPR INDEX "${INDEX} + 1")
  endforeach()
  string(APPEND EMBEDDED
    ".section .data.rel.ro, \"aw\"\n.balign 8\n.global ${symbol}\n${symbol}:\n"
    "${TABLE} .quad 0, 0, 0\n"
    ".section .note.GNU-stack, \"\", @progbits\n")
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/${symbol}.S CONTENT "${EMBEDDED}" @ONLY)
  set_source_files_properties(${CMAKE_BINARY_DIR}/${symbol}.S PROPERTIES OBJECT_DEPENDS "${ARGN}")
  target_sources(syncline_${module} PRIVATE ${CMAKE_BINARY_DIR}/${symbol}.S)
endfunction()

file(GLOB MIGRATIONS CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/sql/migrations/*.sql)
list(SORT MIGRATIONS)
syncline_embed(db syncline_migrations ${CMAKE_SOURCE_DIR}/sql/migrations ${MIGRATIONS})

syncline_embed(http syncline_api ${CMAKE_SOURCE_DIR}/api ${CMAKE_SOURCE_DIR}/api/schemas.json)

# The console is made by tools/dev/console.sh. Without it the binary has none, and `/` says so.
file(GLOB_RECURSE CONSOLE CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/console/dist/*)
list(SORT CONSOLE)
syncline_embed(http syncline_console ${CMAKE_SOURCE_DIR}/console/dist ${CONSOLE})
