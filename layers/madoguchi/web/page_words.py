"""The words of the frame and of the registration pages, in the languages of a definition.

Those of the form itself stand in programme/form_words.py, the texts of its questions in the definition.
"""

from collections.abc import Mapping

from madoguchi.programme.definition import JAPANESE

HTML_LANGUAGES: Mapping[str, str] = {"easy": "ja"}
"""The tag of a language in HTML, where it differs from ours."""

PAGE_WORDS: Mapping[str, Mapping[str, str]] = {
    "skip": {"ja": "本文へ移動", "easy": "本文へ", "en": "Skip to the content"},
    "menu": {"ja": "主なメニュー", "easy": "メニュー", "en": "Main menu"},
    "availability": {"ja": "空席を見る", "easy": "せきを 見る", "en": "Free places"},
    "events": {"ja": "イベント", "easy": "イベント", "en": "Events"},
    "people": {"ja": "登録者を探す", "easy": "人を さがす", "en": "People"},
    "my_page": {"ja": "マイページ", "easy": "わたしの ページ", "en": "My page"},
    "sign_out": {"ja": "サインアウト", "easy": "サインアウト", "en": "Sign out"},
    "sign_in": {"ja": "サインイン", "easy": "サインイン", "en": "Sign in"},
    "contact": {"ja": "お問い合わせ", "easy": "しつもんは こちら", "en": "Contact"},
    "phone": {"ja": "電話", "easy": "でんわ", "en": "Phone"},
    "mail": {"ja": "メール", "easy": "メール", "en": "Mail"},
    "privacy": {"ja": "プライバシー", "easy": "プライバシー", "en": "Privacy"},
    "accessibility": {"ja": "アクセシビリティ", "easy": "アクセシビリティ", "en": "Accessibility"},
    "error": {"ja": "エラー：", "easy": "エラー：", "en": "Error: "},
    "errors": {
        "ja": "入力内容を確認してください",
        "easy": "もういちど 見てください",
        "en": "Please check your entries",
    },
    "choose_form": {
        "ja": "登録の種類を選んでください",
        "easy": "どの とうろくですか",
        "en": "Which registration is yours?",
    },
    "have_account": {"ja": "すでに登録した方", "easy": "もう とうろくした 人", "en": "Registered already?"},
    "scheme": {"ja": "登録の決まり", "easy": "とうろくの きまり", "en": "Rules of registration"},
    "check_title": {"ja": "入力内容の確認", "easy": "たしかめる", "en": "Check your entries"},
    "sent_title": {
        "ja": "確認のメールをお送りします",
        "easy": "メールを おくります",
        "en": "We send you a mail",
    },
    "sent_lead": {
        "ja": "入力されたメールアドレスに、メールをお送りします。"
        "メールの中のリンクを開き、24時間以内に登録を完了してください。",
        "easy": "あなたに メールを おくります。メールの リンクを おして、24時間の 中に とうろくを おわらせてください。",
        "en": "We send a mail to the address that you entered. Open "
        "its link within 24 hours to complete the registration.",
    },
    "missing_title": {
        "ja": "メールが届かないとき",
        "easy": "メールが こないとき",
        "en": "If no mail arrives",
    },
    "missing_wait": {
        "ja": "届くまで数分かかることがあります。",
        "easy": "すこし まってください。",
        "en": "It may take a few minutes.",
    },
    "missing_spam": {
        "ja": "迷惑メールのフォルダーを確認してください。",
        "easy": "めいわくメールの ところも 見てください。",
        "en": "Look into the folder for spam, too.",
    },
    "missing_again": {
        "ja": "メールアドレスに間違いがないか確かめ、もう一度入力してください。"
        "続けて何度も申し込むと、メールをしばらくお送りできません。",
        "easy": "メールアドレスを たしかめて、もういちど 書いてください。"
        "なんども すると、メールが しばらく とどきません。",
        "en": "Check the address and enter it again. After several attempts in a row we pause sending for a while.",
    },
    "link_title": {
        "ja": "登録を完了する",
        "easy": "とうろくを おわらせる",
        "en": "Complete the registration",
    },
    "link_lead": {
        "ja": "メールアドレスを確認できました。ボタンを押すと、登録が完了し、登録番号が表示されます。",
        "easy": "メールアドレスが わかりました。ボタンを おすと、とうろくが おわります。",
        "en": "Your address is confirmed. Press the button to complete the registration and to get your number.",
    },
    "mail_register": {
        "ja": "次のページを開き、「登録を完了する」を押してください。",
        "easy": "とうろくを おわらせるには、つぎの ページを ひらいて「とうろくを おわらせる」を おしてください。",
        "en": "To complete your registration, open this page and press “Complete the registration”.",
    },
    "until": {"ja": "期限", "easy": "いつまで", "en": "Open until"},
    "title_done": {"ja": "登録は完了しています", "easy": "もう とうろくしました", "en": "You are registered"},
    "title_gone": {
        "ja": "このリンクは使えません",
        "easy": "この リンクは つかえません",
        "en": "This link no longer works",
    },
    "already_confirmed": {
        "ja": "このリンクでの登録は完了しています。登録したメールアドレスでサインインしてください。",
        "easy": "とうろくは おわっています。サインインしてください。",
        "en": "The registration by this link is complete. Sign in with the address that you registered.",
    },
    "already_registered": {
        "ja": "このメールアドレスは、すでに利用登録されています。サインインしてください。",
        "easy": "この メールアドレスは もう とうろくしています。サインインしてください。",
        "en": "This address is registered already. Please sign in.",
    },
    "gone": {
        "ja": "このリンクは使用済みか、期限が切れています。もう一度はじめから手続きをしてください。",
        "easy": "この リンクは もう つかえません。もういちど はじめから してください。",
        "en": "The link was used or is too old. Please start again.",
    },
    "once_registered": {
        "ja": "登録がお済みの方は、サインインすると、登録内容を確認できます。",
        "easy": "とうろくした 人は、サインインすると、とうろくした ことを 見られます。",
        "en": "Once registered you can sign in and see what you registered.",
    },
    "resume_title": {
        "ja": "入力の途中です",
        "easy": "とちゅうまで 書いてあります",
        "en": "You have not finished yet",
    },
    "resume_lead": {
        "ja": "前に入力した内容が、この端末から続きを入力できるように保存されています。",
        "easy": "まえに 書いた ことが のこっています。つづきを 書くことが できます。",
        "en": "What you entered earlier is saved, and you can go on with it from this device.",
    },
    "saved_until": {
        "ja": "{until}まで保存されます。それまでに続きを入力しないと、自動で消えます。",
        "easy": "{until}まで のこります。そのあと きえます。",
        "en": "It is saved until {until} and then erased.",
    },
    "resume": {"ja": "続きから入力する", "easy": "つづきを 書く", "en": "Go on"},
    "erase": {"ja": "やめて消す", "easy": "やめて けす", "en": "Stop and erase"},
    "erased": {
        "ja": "入力した内容を消しました。",
        "easy": "書いた ことを けしました。",
        "en": "What you entered is erased.",
    },
    "saving": {
        "ja": "「{next}」を押すたびに、入力した内容をこの端末の続きとして7日間保存します。"
        "続きは、同じ端末でこのページを開くと入力できます。",
        "easy": "「{next}」を おすと、書いた ことが 7日間 のこります。"
        "おなじ スマホや パソコンで つづきを 書くことが できます。",
        "en": "Each time you press “{next}”, your entries are saved "
        "for 7 days. Open this page on the same device to go on.",
    },
}


def page_words(language: str) -> dict[str, str]:
    """Every word of these pages in a language; Japanese where it is not written in that one."""
    return {key: texts.get(language, texts[JAPANESE]) for key, texts in PAGE_WORDS.items()}
