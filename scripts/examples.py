"""Record the documentation's examples anew, from the demonstration in a database of their own."""

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "taoyan.settings_test",
            "DEMO": "1",
            "DATABASE_URL": f"sqlite:///{folder}/examples.sqlite3",
            "EVIDENCE_ROOT": f"{folder}/evidence",
            "REDIS_URL": "",
        }
        import django

        django.setup()
        from django.core.management import call_command

        from goals import demonstration
        from taoyan.examples import ANSWERS
        from taoyan.examples.record import record

        call_command("migrate", verbosity=0)
        demonstration.load()
        found = record()
        ANSWERS.write_text(_lines(found))
        refused = [name for name, each in found["operations"].items() if each["status"] >= 300]
        print(f"{len(found['operations'])} operations; answered with an error: {', '.join(refused) or 'none'}")


def _lines(found: dict[str, Any]) -> str:
    """An example a line: short, and a change shows which."""
    parts = []
    for part, examples in sorted(found.items()):
        lines = [f"{json.dumps(name)}: {_line(example)}" for name, example in sorted(examples.items())]
        parts.append(f"{json.dumps(part)}: {{\n" + ",\n".join(lines) + "\n}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _line(example: Any) -> str:
    return json.dumps(example, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


if __name__ == "__main__":
    main()
