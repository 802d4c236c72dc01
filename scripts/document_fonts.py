"""Make the fonts of the portal's PDFs, `data/fonts/`: Noto Serif CJK SC cut down to GB 2312, the characters that names
like, and those used here, as TrueType.

For whoever changes them; the portal needs the files alone. It takes fonttools, which isn't among the portal's packages,
and Debian's fonts-noto-cjk.
"""

import re
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

ROOT = Path(__file__).resolve().parent.parent
TO = ROOT / "data" / "fonts"
FROM = Path("/usr/share/fonts/opentype/noto")
SIMPLIFIED = 2  # the collection's cut for mainland China
FAMILY = "Taoyan Song"
SIGNS = "—–…‘’“”−×÷±≥≤≈→·•‰℃㎡㎥★☆○●◎◇◆□■△▲▽▼①②③④⑤⑥⑦⑧⑨⑩"
# How far a converted curve may be off, in units of an em of 1,000.
OFF = 1.5
_READ = (".py", ".yaml", ".html", ".txt", ".po", ".typ")
_COUNTS = (
    *("maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements"),
    *("maxSizeOfInstructions", "maxComponentElements", "maxPoints", "maxContours", "maxCompositePoints"),
    *("maxCompositeContours", "maxComponentDepth"),
)


def characters() -> set[str]:
    """GB 2312, Latin, signs, what names like, and whatever stands in the portal's own files."""
    found = {chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x100))} | set(SIGNS)
    for row in range(0xA1, 0xFF):
        for cell in range(0xA1, 0xFF):
            found |= set(bytes([row, cell]).decode("gb2312", errors="ignore"))
    found |= set((TO / "names.txt").read_text(encoding="utf-8").strip())
    for path in ROOT.rglob("*"):
        if path.suffix in _READ and not re.search(r"/(\.venv|var|node_modules)/", str(path)):
            text = path.read_text(encoding="utf-8", errors="ignore")
            found |= {c for c in set(text) if ord(c) >= 0x2000 and not 0xD800 <= ord(c) < 0xE000}
    return found


def cut(weight: str, wanted: set[str]) -> set[str]:
    """Write one weight; the characters that it has."""
    font = TTFont(FROM / f"NotoSerifCJK-{weight}.ttc", fontNumber=SIMPLIFIED)
    options = subset.Options()
    options.layout_features, options.hinting, options.desubroutinize = [], False, True
    options.notdef_outline, options.name_IDs = True, ["*"]
    options.drop_tables += ["BASE", "VORG"]
    made = subset.Subsetter(options)
    made.populate(unicodes=[ord(c) for c in wanted])
    made.subset(font)
    to_truetype(font)
    rename(font, weight)
    font.save(TO / f"{FAMILY.replace(' ', '')}-{weight}.ttf")
    return {chr(code) for code in font.getBestCmap()}


def to_truetype(font: Any) -> None:
    """Its cubic outlines as quadratic ones."""
    glyphs, order = font.getGlyphSet(), font.getGlyphOrder()
    glyf = newTable("glyf")
    glyf.glyphOrder, glyf.glyphs = order, {}
    for name in order:
        pen = TTGlyphPen(glyphs)
        glyphs[name].draw(Cu2QuPen(pen, OFF, reverse_direction=True))
        glyf.glyphs[name] = pen.glyph()
    font["loca"], font["glyf"] = newTable("loca"), glyf
    for name, glyph in glyf.glyphs.items():
        glyph.recalcBounds(glyf)
        font["hmtx"][name] = (font["hmtx"][name][0], getattr(glyph, "xMin", 0))
    font["maxp"].tableVersion = 0x00010000
    for count in _COUNTS:
        setattr(font["maxp"], count, int(count == "maxZones"))
    font["post"].formatType = 3.0
    del font["CFF "]
    font.sfntVersion = "\000\001\000\000"


def rename(font: Any, weight: str) -> None:
    """A name of its own, so that it is never taken for the whole font; and one moment, so that it can be made again."""
    names = font["name"]
    for number in (1, 2, 3, 4, 6, 16, 17, 21, 22, 25):
        names.removeNames(nameID=number)
    full = FAMILY if weight == "Regular" else f"{FAMILY} {weight}"
    said = {1: FAMILY, 2: weight, 3: f"{full} 1.0", 4: full, 6: f"{FAMILY.replace(' ', '')}-{weight}"}
    for number, text in said.items():
        names.setName(text, number, 3, 1, 0x409)
    font["head"].created = font["head"].modified = 3_724_000_000
    font.recalcTimestamp = False


if __name__ == "__main__":
    asked = characters()
    had = cut("Regular", asked) & cut("Bold", asked)
    (TO / "characters.txt").write_text("".join(sorted(c for c in had if ord(c) >= 0x20)), encoding="utf-8")
