"""The English catalogue: every Chinese msgid of the source has an English msgstr, and the compiled file is current.

Without arguments a check; `--write` renews locale/en/LC_MESSAGES/django.po and compiles it. No gettext tools needed.
"""

import ast
import re
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
APPS = ("common", "audit", "accounts", "goals", "dashboard", "taoyan")
_NAMES = {"_", "gettext", "gettext_lazy", "pgettext", "ngettext"}
_TRANS = re.compile(r"\{%\s*(?:trans|translate)\s+(\"[^\"]*\"|'[^']*')")
_BLOCK = re.compile(r"\{%\s*block(?:trans|translate)[^%]*%\}(.*?)\{%\s*endblock(?:trans|translate)\s*%\}", re.S)
_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_CHINESE = re.compile("[\u3000-\u9fff\uff00-\uffef]")


def main() -> int:
    wanted = {m for m in [*_of_python(), *_of_templates()] if _CHINESE.search(m)}
    catalogue = polib.pofile(str(CATALOGUE)) if CATALOGUE.exists() else polib.POFile()
    if "--write" in sys.argv:
        return _write(catalogue, wanted)
    known = {e.msgid: e.msgstr for e in catalogue if not e.obsolete}
    faults = [f"no English: {m}" for m in sorted(wanted) if not known.get(m)]
    faults += [f"placeholders differ: {m}" for m in sorted(wanted) if known.get(m) and _holes(m) != _holes(known[m])]
    compiled = CATALOGUE.with_suffix(".mo")
    if not compiled.exists() or {e.msgid: e.msgstr for e in polib.mofile(str(compiled))} != {
        k: v for k, v in known.items() if v
    }:
        faults.append("django.mo is not what django.po says: make messages")
    print("\n".join(faults) or f"{len(wanted)} messages, all in English")
    return 1 if faults else 0


def _write(catalogue: polib.POFile, wanted: set[str]) -> int:
    known = {e.msgid: e.msgstr for e in catalogue}
    renewed = polib.POFile()
    renewed.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": "en",
    }
    for message in sorted(wanted):
        flags = ["python-format"] if "%(" in message else []
        renewed.append(polib.POEntry(msgid=message, msgstr=known.get(message, ""), flags=flags))
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    renewed.save(str(CATALOGUE))
    renewed.save_as_mofile(str(CATALOGUE.with_suffix(".mo")))
    missing = [e.msgid for e in renewed if not e.msgstr]
    print("\n".join(missing))
    return 0


def _of_python() -> list[str]:
    found = []
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            if "tests" in path.parts or "migrations" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _NAMES:
                    found += [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    return found


def _of_templates() -> list[str]:
    found = []
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        found += [m.group(1)[1:-1] for m in _TRANS.finditer(text)]
        for match in _BLOCK.finditer(text):
            body = match.group(1)
            if "trimmed" in match.group(0).split("%}")[0]:
                body = " ".join(line.strip() for line in body.strip().splitlines())
            found.append(_VARIABLE.sub(r"%(\1)s", body))
    return found


def _holes(message: str) -> list[str]:
    return sorted(set(re.findall(r"%\((\w+)\)s", message)))


if __name__ == "__main__":
    sys.exit(main())
