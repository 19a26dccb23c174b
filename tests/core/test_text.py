import csv
import io
import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.language.text import (
    MAX_ENTRY_BYTES,
    MAX_MARKS,
    check_length,
    clean,
    csv_cell,
    csv_text,
    markdown,
    one_line,
)
from console.core.refusal import Refused
from tests.drawing import some

# Text in which the dangerous characters are as common as the others.
HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Mn"]),
        st.sampled_from("\r\n\t\u200c\u200dه\ufe0f\u0301\U0001f3f4\U000e0067\U000e0062\U000e007f👩"),
    )
)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "deploy v2.3.4 finished, error rate 5 → 20 %",
        "two\nlines\tand a tab",
        "Fehlerrate über 20 %, Rückbau läuft – “bald”",
        "ошибка 500, 障害発生, 장애 발생, ข้อผิดพลาด, त्रुटि, שגיאה, خطأ",
        "Tiếng Việt, e\u0301 decomposed",
        "سرویس\u200cها می\u200cافتند, क्\u200cष",
        "🔥 👩\u200d👩\u200d👧 ❤\ufe0f 👍🏽 🇩🇪 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "[/x] [@click=app.quit]no[/] \\[b]",
        "\ue0b0 icons of patched fonts",
    ],
)
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("a\x00b\x7fc\x08", "a␀b␡c␈"),
        ("\x9b31m", "⟨U+009B⟩31m"),
        ("user\u202etxt.exe", "user⟨U+202E⟩txt.exe"),
        ("\u2066isolate\u2069", "⟨U+2066⟩isolate⟨U+2069⟩"),
        ("a\u200bb\ufeffc\u00add", "a⟨U+200B⟩b⟨U+FEFF⟩c⟨U+00AD⟩d"),
        ("ad\u200cmin, ها\u200c\u200c", "ad⟨U+200C⟩min, ها\u200c⟨U+200C⟩"),
        ("a\u2028b", "a⟨U+2028⟩b"),
        ("\ud800 alone", "⟨U+D800⟩ alone"),
        ("x\U000e0041\U000e0042", "x⟨U+E0041⟩⟨U+E0042⟩"),
        ("\ufff9a\ufffb", "⟨U+FFF9⟩a⟨U+FFFB⟩"),
        ("\uffff\U0001fffe", "⟨U+FFFF⟩⟨U+1FFFE⟩"),
        ("blank\u3164name", "blank⟨U+3164⟩name"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("a" + "\u0301" * 50 + "b", "a" + "\u0301" * MAX_MARKS + "b"),
        ("\u0301x\n\u0302y", "◌\u0301x\n◌\u0302y"),
    ],
)
def test_what_a_terminal_would_obey_is_shown_instead(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_titles_and_names_are_on_one_line() -> None:
    assert clean("a\r\nb\tc\nd", multiline=False) == "a b c d"


def test_no_character_that_controls_or_hides_is_forgotten() -> None:
    """Every control, format and separator character that this Python knows is made visible."""
    allowed = "\n\t\u200d"
    kept = [
        hex(code)
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        and chr(code) not in allowed
        and chr(code) in clean("a" + chr(code))
    ]
    assert kept == []


def test_every_single_character_is_either_kept_or_made_visible() -> None:
    for code in some(range(sys.maxunicode + 1), 30_000, "characters"):
        if unicodedata.category(chr(code)) in ("Mn", "Me"):
            assert clean("a" + chr(code)) == "a" + chr(code)
        elif clean(chr(code)) not in (chr(code), "\n", f"⟨U+{code:04X}⟩"):
            assert code < 0x20 or code == 0x7F or code == 0x200D, hex(code)


@given(HOSTILE, st.booleans())
def test_cleaning_twice_changes_nothing(text: str, multiline: bool) -> None:
    once = clean(text, multiline=multiline)
    assert clean(once, multiline=multiline) == once
    assert clean(once) == once


@given(HOSTILE)
def test_cleaned_text_can_be_stored_and_shown(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode("utf-8")
    without_flags = re.sub("\U0001f3f4[\U000e0030-\U000e007a]{3,6}\U000e007f", "", cleaned)
    for char in without_flags:
        hides = unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        assert char in "\n\t\u200c\u200d" or not hides, hex(ord(char))
    too_many = rf"[\u0300-\u036f\ufe00-\ufe0f\u200d]{{{MAX_MARKS + 1}}}"
    assert not re.search(too_many, cleaned)


@given(HOSTILE, st.integers(1, 60))
def test_a_shortened_line_fits_and_is_clean(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert "\n" not in line
    assert clean(line, multiline=False) == line


@pytest.mark.parametrize(
    ("text", "limit", "line"),
    [
        ("  Checkout \n\n errors\t", 40, "Checkout errors"),
        ("Checkout errors", 15, "Checkout errors"),
        ("Checkout errors", 10, "Checkout…"),
        ("Checkout errors", 1, "…"),
        ("ab e\u0301\u0302 c", 5, "ab…"),
        ("a 👩\u200d👩\u200d👧 b", 5, "a…"),
        ("", 5, ""),
    ],
)
def test_titles_are_shortened_between_characters(text: str, limit: int, line: str) -> None:
    assert one_line(text, limit) == line


def test_a_long_entry_is_taken_whole_and_a_longer_one_refused() -> None:
    check_length("x" * 100_000)
    check_length("x" * MAX_ENTRY_BYTES)
    with pytest.raises(Refused) as refused:
        check_length("ü" * MAX_ENTRY_BYTES)
    assert (refused.value.reason, refused.value.field) == (
        "An entry holds at most 256 kB and this is 512 kB; split it, or keep it in a file and log where the file is.",
        "text",
    )
    check_length("\ud800")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+1", "'+1"),
        ("-4m", "'-4m"),
        ("@rs", "'@rs"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        (" =1", "' =1"),
        ("\uff1d1", "'\uff1d1"),
        ("'=1", "''=1"),
        ("a=b", "a=b"),
        ("'quoted'", "'quoted'"),
        ("", ""),
    ],
)
def test_a_spreadsheet_runs_nothing(text: str, cell: str) -> None:
    assert csv_cell(text) == cell


@given(HOSTILE)
def test_a_cell_gives_its_text_back_through_a_csv_file(text: str) -> None:
    cleaned = clean(text)
    file = io.StringIO(newline="")
    csv.writer(file).writerow([csv_cell(cleaned), "end"])
    file.seek(0)
    assert csv_text(next(csv.reader(file))[0]) == cleaned


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("error_rate of v2.3.4 at 5 → 20 %, #deploy @rs", "error_rate of v2.3.4 at 5 → 20 %, #deploy @rs"),
        ("*b* _i_ `c` ~~s~~ a|b", r"\*b\* \_i\_ \`c\` \~\~s\~\~ a\|b"),
        ("[x](http://a) ![y](z)", r"\[x\](http://a) !\[y\](z)"),
        ("<script> &lt; &#60; a & b", r"&lt;script> \&lt; \&#60; a & b"),
        ("http://e/<img src=x onerror=alert(1)>", "http://e/&lt;img src=x onerror=alert(1)>"),
        (
            "# h\n- a\n+ b\n> q\n1. one\n2) two\n---\n===",
            "\\# h\n\\- a\n\\+ b\n\\> q\n1\\. one\n2\\) two\n\\---\n\\===",
        ),
        ("\tcode\n    more", "code\nmore"),
        (r"C:\temp \* end" + "\\", r"C:\temp \\\* end" + "\\\\"),
        ("-4m 1.5 2.", "-4m 1.5 2."),
    ],
)
def test_markdown_reads_as_typed(text: str, source: str) -> None:
    assert markdown(text) == source
