import pytest

from medviewer.core.person_name import readable_date, readable_name, readable_time


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("", ""),
        ("Doe^Archibald", "Doe, Archibald"),
        ("Adams^John Robert Quincy^^Rev.^B.A. M.Div.", "Adams, Rev. John Robert Quincy, B.A. M.Div."),  # PS3.5 6.2.1
        ("Wang^XiaoDong=王^小東", "Wang, XiaoDong · 王小東"),  # PS3.5 annex K
        ("Yamada^Tarou=山田^太郎=やまだ^たろう", "Yamada, Tarou · 山田太郎"),  # PS3.5 annex H
        ("=山田^太郎", "山田太郎"),
        ("Διονυσιος", "Διονυσιος"),
        ("^^^^", ""),
    ],
)
def test_names_are_readable(raw: str, shown: str) -> None:
    assert readable_name(raw) == shown


def test_dates_and_times() -> None:
    assert readable_date("20040131") == "2004-01-31"
    assert readable_date("2004.01.31") == "2004-01-31"  # ACR-NEMA form
    assert readable_date("unknown") == "unknown"
    assert readable_time("134501.25") == "13:45"
    assert readable_time("") == ""
