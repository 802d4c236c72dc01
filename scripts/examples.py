"""Record the documentation's examples anew, from the demonstration in a database of their own."""

import json
import os
import sys
import tempfile
from pathlib import Path

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
        ANSWERS.write_text(json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
        refused = [name for name, each in found["operations"].items() if each["status"] >= 300]
        print(f"{len(found['operations'])} operations; answered with an error: {', '.join(refused) or 'none'}")


if __name__ == "__main__":
    main()
