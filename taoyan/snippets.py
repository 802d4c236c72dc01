"""What the page 'API' offers to copy. Its tests run every one of them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PORTAL = "https://portal.example"


@dataclass(frozen=True)
class Example:
    """A piece of code with the portal's own address in it."""

    name: str
    hint: str | Promise
    code: str

    def text(self, portal: str) -> str:
        return self.code.replace(PORTAL, portal)


CURL = """\
curl -H "Authorization: Token $TOKEN" \\
  "https://portal.example/api/v1/targets/?status=behind&page_size=100"
"""

PYTHON = """\
import json, os, urllib.request

def pull(url):
    headers = {"Authorization": "Token " + os.environ["TOKEN"]}
    while url:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30) as answer:
            page = json.load(answer)
        yield from page["results"]
        url = page["next"]

for target in pull("https://portal.example/api/v1/targets/"):
    progress = target["progress"] or {}
    print(target["code"], target["name"], progress.get("status"), progress.get("attainment"))
"""

EXCEL = """\
let
  Source = Web.Contents("https://portal.example/api/v1/targets/?format=csv",
    [Headers = [Authorization = "Token ty_..."]]),
  Rows = Table.PromoteHeaders(Csv.Document(Source, [Delimiter = ",", Encoding = 65001]))
in
  Rows
"""

# What the receiver of a webhook does first.
RECEIVE = """\
import hashlib, hmac, time

def is_genuine(secret, headers, body):
    stamp = headers["X-Taoyan-Timestamp"]
    signed = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    is_fresh = abs(time.time() - int(stamp)) < 300
    return is_fresh and hmac.compare_digest(headers["X-Taoyan-Signature"], "v1=" + signed)
"""

EXAMPLES = (
    Example("curl", _("命令行：把令牌放在环境变量 TOKEN 里。"), CURL),
    Example("Python", _("逐页拉取，只用标准库。"), PYTHON),
    Example("Excel", _("“数据 → 获取数据 → 空白查询 → 高级编辑器”，粘贴后把令牌换成自己的；以后点“全部刷新”。"), EXCEL),
)
