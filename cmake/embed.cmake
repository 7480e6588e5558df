# Puts the migrations into the binary through .incbin (0.02 s, where an array in C++ takes seconds). The generated
# assembler file names each file; db/migrate.cpp reads the table of {name, begin, end} that it ends with.
file(GLOB MIGRATIONS CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/sql/migrations/*.sql)
list(SORT MIGRATIONS)
set(EMBEDDED ".section .rodata\n")
set(TABLE "")
set(INDEX 0)
foreach(FILE ${MIGRATIONS})
  get_filename_component(NAME ${FILE} NAME)
  string(APPEND EMBEDDED "name${INDEX}: .asciz \"${NAME}\"\nbegin${INDEX}: .incbin \"${FILE}\"\nend${INDEX}: .byte 0\n")
  string(APPEND TABLE " .quad name${INDEX}, begin${INDEX}, end${INDEX}\n")
  math(EXPR INDEX "${INDEX} + 1")
endforeach()
string(APPEND EMBEDDED
  ".section .data.rel.ro, \"aw\"\n.balign 8\n.global syncline_migrations\nsyncline_migrations:\n"
  "${TABLE} .quad 0, 0, 0\n"
  ".section .note.GNU-stack, \"\", @progbits\n")
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/migrations.S CONTENT "${EMBEDDED}" @ONLY)
set_source_files_properties(${CMAKE_BINARY_DIR}/migrations.S PROPERTIES OBJECT_DEPENDS "${MIGRATIONS}")
