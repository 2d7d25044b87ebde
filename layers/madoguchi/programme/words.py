"""What forms say by themselves, in the languages of a definition: advice on what was typed, and their buttons.

The texts of a form's own questions stand in the definition. Each advice says how to mend, never only what is wrong.
"""

from collections.abc import Mapping

ADVICE: Mapping[str, Mapping[str, str]] = {
    "missing": {
        "ja": "{label}を入力してください。",
        "easy": "{label}を 書いてください。",
        "en": "Enter: {label}.",
    },
    "unchosen": {
        "ja": "{label}を選んでください。",
        "easy": "{label}を えらんでください。",
        "en": "Choose: {label}.",
    },
    "unlisted": {
        "ja": "{label}を一覧から選んでください。",
        "easy": "{label}を リストから えらんでください。",
        "en": "Choose {label} from the list.",
    },
    "too_long": {
        "ja": "{label}は{most}文字以内で入力してください（いまは{now}文字です）。",
        "easy": "{label}は {most}文字までです（いま {now}文字です）。みじかくしてください。",
        "en": "{label}: use at most {most} characters (now {now}).",
    },
    "unseen": {
        "ja": "{label}に使えない文字（改行や、目に見えない文字など）が入っています。入力し直してください。",
        "easy": "{label}に つかえない 文字が あります。もういちど 書いてください。",
        "en": "{label} holds characters that cannot be used. Type it again.",
    },
    "kana": {
        "ja": "{label}は、ひらがなかカタカナで入力してください。",
        "easy": "{label}は ひらがなか カタカナで 書いてください。",
        "en": "{label}: use hiragana or katakana.",
    },
    "email": {
        "ja": "{label}の形を確認してください。例）hanako@example.jp のように、@とその後ろも必要です。",
        "easy": "{label}を もういちど 見てください。例）hanako@example.jp",
        "en": "Check {label}. It looks like hanako@example.jp.",
    },
    "phone": {
        "ja": "{label}を確認してください。例）03-1234-5678 のように、市外局番から入力してください。",
        "easy": "{label}を もういちど 見てください。例）090-1234-5678",
        "en": "Check {label}. Example: 090-1234-5678, or +1 202 555 0123 from abroad.",
    },
    "postal": {
        "ja": "{label}は7けたの数字で入力してください。例）753-0000",
        "easy": "{label}は 7つの 数字です。例）753-0000",
        "en": "{label} has 7 digits. Example: 753-0000.",
    },
    "date": {
        "ja": "{label}を西暦の年・月・日で入力してください。例）1990年4月1日",
        "easy": "{label}の 年・月・日を 数字で 書いてください。例）1990年4月1日",
        "en": "Enter {label} as year, month and day. Example: 1990 / 4 / 1.",
    },
    "date_ahead": {
        "ja": "{label}が今日より後の日になっています。年を確認してください。",
        "easy": "{label}が きょうより あとの 日です。年を もういちど 見てください。",
        "en": "{label} lies in the future. Check the year.",
    },
    "number": {
        "ja": "{label}を数字で入力してください。例）3",
        "easy": "{label}を 数字で 書いてください。例）3",
        "en": "Enter {label} as a number. Example: 3.",
    },
    "too_small": {
        "ja": "{label}は{least}以上の数で入力してください。",
        "easy": "{label}は {least}か、もっと 大きい 数です。",
        "en": "{label} must be at least {least}.",
    },
    "too_big": {
        "ja": "{label}は{most}以下の数で入力してください。",
        "easy": "{label}は {most}か、もっと 小さい 数です。",
        "en": "{label} must be at most {most}.",
    },
    "too_few": {
        "ja": "{label}を{least}つ以上選んでください。",
        "easy": "{label}を {least}つより 多く えらんでください。",
        "en": "{label}: choose at least {least}.",
    },
    "too_many": {
        "ja": "{label}は{most}つまで選べます。チェックを減らしてください。",
        "easy": "{label}は {most}つまでです。チェックを へらしてください。",
        "en": "{label}: choose at most {most}.",
    },
    "url": {
        "ja": "{label}は https:// から始まるアドレスを入力してください。例）https://www.example.jp/",
        "easy": "{label}は https:// から 書いてください。",
        "en": "{label} must start with https://. Example: https://www.example.jp/",
    },
    "unticked": {
        "ja": "「{label}」へのチェックが必要です。内容を確認し、チェックしてください。",
        "easy": "「{label}」を 読んで、チェックしてください。",
        "en": "Read “{label}” and tick the box.",
    },
}

OTHER_TEXT: Mapping[str, str] = {
    "ja": "{label}（その他の内容）",
    "easy": "{label}（ほか）",
    "en": "{label} (other)",
}


def advice(code: str, language: str, **facts: object) -> str:
    """The advice of that code in a language; Japanese where it is not written in that one."""
    texts = ADVICE[code]
    return texts.get(language, texts["ja"]).format(**facts)
