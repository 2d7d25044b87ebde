"""Keys under which names are found: width, kana and variant characters of a name are joined.

A key is only ever compared with a key. The name itself is stored and shown as it was typed.
"""

import unicodedata

from madoguchi.japan.kana import TO_KATAKANA

# Characters of common family names and the standard one that each stands for: from the forms that the list of
# characters for general use gives in brackets (常用漢字表, 内閣告示第2号, 2010) and from the reduction map of the
# administrative characters (MJ縮退マップ, 文字情報技術促進協議会).
VARIANTS = {
    "高": "髙",
    "崎": "﨑嵜㟢碕",
    "辺": "邊邉",
    "斎": "齋斉齊",
    "沢": "澤",
    "浜": "濱濵",
    "広": "廣",
    "桜": "櫻",
    "竜": "龍",
    "滝": "瀧",
    "国": "國圀",
    "島": "嶋嶌",
    "富": "冨",
    "吉": "𠮷",
    "徳": "德",
    "瀬": "瀨",
    "真": "眞",
    "関": "關",
    "塩": "鹽",
    "柳": "栁桺",
    "恵": "惠",
    "曽": "曾",
    "栄": "榮",
    "条": "條",
    "黒": "黑",
    "横": "橫",
    "館": "舘",
    "峰": "峯",
    "槙": "槇",
    "渋": "澁澀",
    "藪": "薮籔",
    "桧": "檜",
    "蛍": "螢",
    "万": "萬",
    "与": "與",
    "円": "圓",
    "実": "實",
    "寿": "壽",
    "彦": "彥",
    "内": "內",
    "宮": "宫",
    "達": "逹",
    "角": "⻆",
    "土": "圡",
    "船": "舩",
    "松": "枩",
    "礼": "禮",
    "増": "增",
    "静": "靜",
    "豊": "豐",
    "鉄": "鐵",
    "遥": "遙",
    "凛": "凜",
    "芦": "蘆",
    "桑": "桒",
    "梅": "楳",
    "熊": "熋",
    "ケ": "ヶ",
    "カ": "ヵ",
}
TO_STANDARD = {ord(variant): standard for standard, variants in VARIANTS.items() for variant in variants}
# They choose a glyph of the character before them.
SELECTORS = dict.fromkeys((*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
BETWEEN = dict.fromkeys(map(ord, "・･＝=　 "))


def fold(name: str) -> str:
    """The key of a name or a reading: full-width katakana, standard characters, no spaces, lower case."""
    key = _folded(name)
    # Without a space between them two characters may become one.
    while (again := _folded(key)) != key:
        key = again
    return key


def _folded(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name.translate(SELECTORS)).casefold()
    return "".join(folded.translate(BETWEEN).translate(TO_KATAKANA).translate(TO_STANDARD).split())
