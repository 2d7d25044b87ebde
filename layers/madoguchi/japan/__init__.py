"""Japan's calendar and conventions: time, holidays, prefectures, kana."""
