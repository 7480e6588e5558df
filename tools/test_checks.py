#!/usr/bin/env python3
"""What the checks find, and what they let be."""
import pathlib
import tempfile
import unittest

import check_layers
import check_spec
import check_text

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Folder:
    """A folder with the given files, for one `with`."""

    def __init__(self, files):
        self.files = files

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        root = pathlib.Path(self.folder.name)
        for name, text in self.files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        return root

    def __exit__(self, *_):
        self.folder.cleanup()


class Layers(unittest.TestCase):
    LAYERS = "# a comment\nbase:  | sodium.h\ndb: base | sqlite3.h\nplanning: base\n"

    def mistakes(self, **sources):
        files = {"src/layers.txt": self.LAYERS, "src/base/uuid.h": "#pragma once\n", "src/db/run.h": "#pragma once\n"}
        files.update({f"src/{name.replace('__', '/')}.cpp": text for name, text in sources.items()})
        with Folder(files) as root:
            return check_layers.check(root)

    def test_allowed_includes_pass(self):
        text = '#include "base/uuid.h"\n#include <string>\n#include <sys/stat.h>\n#include <unistd.h>\n'
        self.assertEqual(self.mistakes(planning__plan=text), [])

    def test_a_module_that_is_not_listed_is_refused(self):
        found = self.mistakes(planning__plan='#include "db/run.h"\n')
        self.assertEqual(len(found), 1)
        self.assertIn("src/planning/plan.cpp:1: planning may not include \"db/run.h\"", found[0])

    def test_a_third_party_header_stays_where_it_is_listed(self):
        self.assertEqual(self.mistakes(db__open="#include <sqlite3.h>\n"), [])
        self.assertIn("planning may not include <sqlite3.h>", self.mistakes(planning__x="#include <sqlite3.h>\n")[0])

    def test_include_paths_begin_at_src(self):
        self.assertIn("is no path from src/", self.mistakes(base__uuid='#include "uuid.h"\n')[0])

    def test_a_folder_without_a_line_is_refused(self):
        self.assertIn("has no line for extra", self.mistakes(extra__x="\n")[0])

    def test_a_header_has_its_guard(self):
        with Folder({"src/layers.txt": "base:\n", "src/base/x.h": "// none\n"}) as root:
            self.assertIn("#pragma once", check_layers.check(root)[0])

    def test_a_line_names_only_lines_above(self):
        _, found = check_layers.read_layers("base: db\ndb: base\n")
        self.assertEqual(found, ["src/layers.txt:1: base names db, which is not above it"])


class Text(unittest.TestCase):
    def reasons(self, line, path="src/a.cpp"):
        return check_text.check_line(path, line)

    def test_plain_text_passes(self):
        self.assertEqual(self.reasons("  return uuid;  // S20, /api/homework/"), [])
        self.assertEqual(self.reasons("x" * 120), [])

    def test_what_is_refused(self):
        self.assertEqual(self.reasons("x "), ["trailing space"])
        self.assertEqual(self.reasons("x" * 121), ["121 characters, 120 at most"])
        self.assertEqual(len(self.reasons("// TO" + "DO later")), 1)
        self.assertEqual(len(self.reasons("https://registry.npm" + "js.org/x")), 1)
        self.assertEqual(len(self.reasons('"' + '/ho' + 'me/someone/x"')), 1)
        self.assertEqual(len(self.reasons("AK" + "IA" + "A" * 16)), 1)

    def test_a_line_can_be_let_be(self):
        self.assertEqual(self.reasons("TO" + "DO  // check-text: allow"), [])

    def test_rows_of_tables_and_generated_files_may_be_long(self):
        self.assertEqual(self.reasons("| " + "x" * 200, "docs/a.md"), [])
        self.assertEqual(self.reasons("x" * 200, "a.json"), [])

    def test_the_last_line_ends_and_text_is_utf8(self):
        self.assertEqual(check_text.check_file("a.txt", b"x"), ["a.txt: the last line does not end"])
        self.assertEqual(check_text.check_file("a.txt", b"\xff\n"), ["a.txt: is not UTF-8"])

    def test_examples_and_binary_files_are_left_alone(self):
        self.assertEqual(check_text.check_file("examples/flowise/a.json", b"x  "), [])
        self.assertEqual(check_text.check_file("a.bin", b"\0 "), [])


class Spec(unittest.TestCase):
    SPEC = "## Now\n- **S1** One.\n- **X8** Eight.\n## Later\n- **X40** Plans.\n"

    def mistakes(self, **scenarios):
        files = {"docs/spec.md": self.SPEC}
        files.update({f"tests/scenarios/{name}.scn": text for name, text in scenarios.items()})
        with Folder(files) as root:
            return check_spec.check(root)

    def test_every_number_covered_passes(self):
        self.assertEqual(self.mistakes(a="covers: S1, X8\n"), [])
        self.assertEqual(self.mistakes(a="# covers: S1 X8\n"), [])

    def test_a_number_without_a_scenario_is_named(self):
        self.assertEqual(self.mistakes(a="covers: S1\n"), ["docs/spec.md: X8 has no scenario"])

    def test_unknown_and_later_numbers_are_refused(self):
        found = self.mistakes(a="covers: S1 X8 S99 X40\n")
        self.assertEqual(len(found), 2)
        self.assertIn("S99 is no number", found[0])
        self.assertIn("X40 is listed as later", found[1])

    def test_a_scenario_says_what_it_covers(self):
        found = self.mistakes(a="covers: S1 X8\n", b="tenant acme-dev\n")
        self.assertEqual(found, ["tests/scenarios/b.scn: has no `covers:` line"])

    def test_a_number_is_there_once(self):
        _, _, found = check_spec.read_spec("- **S1** One.\n- **S1** Again.\n")
        self.assertEqual(found, ["docs/spec.md:2: S1 is there twice"])

    def test_our_page_lists_at_least_what_was_agreed(self):
        now, later, found = check_spec.read_spec((ROOT / "docs" / "spec.md").read_text())
        agreed = [f"S{n}" for n in range(1, 29) if n != 19]  # 19 is an X number
        agreed += [f"X{n}" for n in (8, 15, 17, 18, 19, 26, 28, 29, 30, 31, 32, 60)]
        agreed += [f"X{n}" for n in range(40, 50)]
        self.assertEqual([number for number in agreed if number not in now + later], [])
        self.assertTrue(all(int(number[1:]) in range(40, 50) for number in later))
        self.assertEqual(found, [])


if __name__ == "__main__":
    unittest.main()
