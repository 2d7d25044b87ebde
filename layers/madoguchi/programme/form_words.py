"""The words of the form front end itself, in the languages of a definition.

Advice on what was typed stands in `words.py`, the texts of a form's own questions in the definition.
"""

from collections.abc import Mapping

from madoguchi.programme.definition import JAPANESE

FORM_WORDS: Mapping[str, Mapping[str, str]] = {
    "required": {"ja": "※必須", "easy": "※かならず", "en": "※Required"},
    "optional": {"ja": "※任意", "easy": "※書かなくても いいです", "en": "※Optional"},
    "choose": {"ja": "選択してください", "easy": "えらんでください", "en": "Choose"},
    "year": {"ja": "年", "easy": "年", "en": "Year"},
    "month": {"ja": "月", "easy": "月", "en": "Month"},
    "day": {"ja": "日", "easy": "日", "en": "Day"},
    "only_when": {
        "ja": "「{question}」で{answers}を選んだ方だけ、ご記入ください。",
        "easy": "「{question}」で {answers}を えらんだ 人だけ 書いてください。",
        "en": "Only if you chose {answers} at “{question}”.",
    },
    "not_when": {
        "ja": "「{question}」で{answers}を選んだ方は、記入の必要がありません。",
        "easy": "「{question}」で {answers}を えらんだ 人は 書かなくても いいです。",
        "en": "Not needed if you chose {answers} at “{question}”.",
    },
    "under_age": {
        "ja": "{age}歳未満の方だけ、ご記入ください。",
        "easy": "{age}さいに なっていない 人だけ 書いてください。",
        "en": "Only if you are younger than {age}.",
    },
    "answer": {"ja": "「{answer}」", "easy": "「{answer}」", "en": "“{answer}” "},
    "evidence": {
        "ja": "窓口で確認します。ここでは入力せず、来館のときにお持ちください。写真やコピーは送らないでください。",
        "easy": "まどぐちで 見せてください。ここでは なにも しません。しゃしんや コピーは おくらないでください。",
        "en": "Show it at the counter when you come. Enter nothing here, and do not send photos or copies.",
    },
    "find_address": {"ja": "住所を入力する", "easy": "じゅうしょを 入れる", "en": "Fill in the address"},
    "address_found": {
        "ja": "住所を入力しました。続きを入力してください。",
        "easy": "じゅうしょを 入れました。つづきを 書いてください。",
        "en": "The address is filled in. Please complete it.",
    },
    "address_choose": {
        "ja": "住所を選んでください。入力済みの住所は、選ぶと置き換わります。",
        "easy": "じゅうしょを えらんでください。えらぶと、書いた じゅうしょは かわります。",
        "en": "Choose the address. It replaces what you entered.",
    },
    "address_places": {"ja": "住所の候補", "easy": "じゅうしょ", "en": "Addresses"},
    "address_use": {
        "ja": "選んだ住所を入力する",
        "easy": "えらんだ じゅうしょを 入れる",
        "en": "Use the chosen address",
    },
    "address_unknown": {
        "ja": "この郵便番号の住所が見つかりません。番号を確認するか、住所を入力してください。",
        "easy": "この ばんごうの じゅうしょが ありません。ばんごうを 見るか、じゅうしょを 書いてください。",
        "en": "No address was found for this postal code. Check it, or enter the address yourself.",
    },
    "address_mistyped": {
        "ja": "郵便番号を7けたの数字で入力してください。例）753-0000",
        "easy": "ゆうびんばんごうは 7つの 数字です。例）753-0000",
        "en": "A postal code has 7 digits. Example: 753-0000.",
    },
    "address_failed": {
        "ja": "住所を調べられませんでした。住所を入力してください。",
        "easy": "じゅうしょを しらべることが できませんでした。じゅうしょを 書いてください。",
        "en": "The address could not be looked up. Please enter it yourself.",
    },
    "purpose": {
        "ja": "個人情報の利用目的",
        "easy": "あなたの ことを なにに つかうか",
        "en": "What we use your personal data for",
    },
    "privacy": {
        "ja": "個人情報の取扱いをくわしく読む",
        "easy": "もっと くわしく 読む（日本語）",
        "en": "Read more about how we handle personal data (in Japanese)",
    },
    "check": {"ja": "内容を確認する", "easy": "つぎへ（たしかめる）", "en": "Continue to check"},
    "next": {"ja": "次へ進む", "easy": "つぎへ", "en": "Next"},
    "back": {"ja": "前へ戻る", "easy": "まえへ", "en": "Back"},
    "edit": {"ja": "修正する", "easy": "なおす", "en": "Change"},
    "send": {"ja": "登録する", "easy": "とうろくする", "en": "Register"},
    "not_sent_yet": {
        "ja": "まだ送信していません。内容に間違いがなければ、下のボタンを押してください。",
        "easy": "まだ おわっていません。まちがいが なければ、下の ボタンを おしてください。",
        "en": "Nothing has been sent yet. If everything is right, press the button below.",
    },
    "empty": {"ja": "未入力", "easy": "書いていません", "en": "Not entered"},
    "at_counter": {"ja": "窓口で確認します", "easy": "まどぐちで 見ます", "en": "Shown at the counter"},
    "consents": {"ja": "同意", "easy": "どうい", "en": "Consent"},
    "yes": {"ja": "はい", "easy": "はい", "en": "Yes"},
    "no": {"ja": "いいえ", "easy": "いいえ", "en": "No"},
    "input": {"ja": "入力", "easy": "書く", "en": "Enter"},
    "confirm": {"ja": "確認", "easy": "たしかめる", "en": "Check"},
    "mail": {"ja": "メール", "easy": "メール", "en": "Mail"},
    "done": {"ja": "完了", "easy": "おわり", "en": "Done"},
    "steps": {"ja": "手続きの流れ", "easy": "どこまで すすんだか", "en": "Steps"},
    "language": {"ja": "言語", "easy": "ことば", "en": "Language"},
    "errors": {
        "ja": "入力内容を確認してください",
        "easy": "もういちど 見てください",
        "en": "Please check your entries",
    },
}


def form_words(language: str) -> dict[str, str]:
    """Every word of the form front end in a language; Japanese where it is not written in that one."""
    return {key: texts.get(language, texts[JAPANESE]) for key, texts in FORM_WORDS.items()}
