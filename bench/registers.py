"""Registers of 100,000 rows: a page of their list, 5,000 rows by Excel, and all of them out again."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from bench.measuring import copy_and_upsert, read_barely  # noqa: E402

ROWS, IMPORTED, RUNS = 100_000, 5_000, 7
LAST_DAY = date(2022, 10, 12)
VILLAGES = ("jingkou", "baitatou", "nanhu", "hengdan", "jinshu", "shaojialou")
HEADS = ["单位", "发现日", "隐患", "单位或场所", "来源", "领域", "等级", "当场整改", "整改期限", "来源系统", "外部编号"]
LIST, KIND = "/ledgers/safety/hazards/", "ledger:safety.hazards"
Result = Callable[..., dict[str, Any]]
