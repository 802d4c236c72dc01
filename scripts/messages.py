"""The English catalogue: extract the messages, keep what is translated, compile. For whoever changes a text.

`python scripts/messages.py` updates `locale/en`; with `--check` it fails when a message is new, gone, fuzzy or
untranslated, when its variables differ, or when the compiled file is old. Needs gettext's tools.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "locale/en/LC_MESSAGES/django.po"
IGNORED = (".venv/*", "node_modules/*", "static/*", "var/*")
METADATA = {
    "Language": "en",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}
_VARIABLE = re.compile(r"%\((\w+)\)s")


def extract() -> polib.POFile:
    """The catalogue with exactly the messages of the sources."""
    command = [sys.executable, "manage.py", "makemessages", "-l", "en", "--no-location", "--no-obsolete", "-v", "0"]
    development = os.environ | {"DEBUG": "1"}
    subprocess.run([*command, *(f"--ignore={path}" for path in IGNORED)], cwd=ROOT, check=True, env=development)
    catalogue = polib.pofile(str(CATALOGUE))
    catalogue.metadata, catalogue.metadata_is_fuzzy = METADATA, False
    catalogue.header = "English beside the Chinese of the sources."
    return catalogue


def faults(catalogue: polib.POFile) -> list[str]:
    """What is untranslated or fuzzy, and translations whose variables differ from their message's."""
    found = [f"untranslated: {e.msgid}" for e in [*catalogue.untranslated_entries(), *catalogue.fuzzy_entries()]]
    for entry in catalogue:
        for text in entry.msgstr_plural.values() or [entry.msgstr]:
            if text and set(_VARIABLE.findall(text)) != set(_VARIABLE.findall(entry.msgid)):
                found.append(f"variables: {entry.msgid} / {text}")
    return found


def main() -> int:
    check = "--check" in sys.argv
    compiled = CATALOGUE.with_suffix(".mo")
    before = CATALOGUE.read_bytes(), compiled.read_bytes() if compiled.exists() else b""
    keep = CATALOGUE.with_suffix(".kept")
    shutil.copy(CATALOGUE, keep)
    catalogue = extract()
    catalogue.save(str(CATALOGUE))
    wrong = faults(catalogue)
    changed = CATALOGUE.read_bytes() != before[0] or catalogue.to_binary() != before[1]
    if check:
        shutil.move(keep, CATALOGUE)
        if changed:
            wrong.append("the catalogue is not up to date: run scripts/messages.py")
    else:
        keep.unlink()
        catalogue.save_as_mofile(str(compiled))
    print("\n".join(wrong) or f"{len(catalogue)} messages, all translated")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
