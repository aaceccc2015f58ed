"""test_layout.py - columns that compare: one unit, enough decimals, nothing that rounds to nothing."""
import pytest

from analysis.layout import lay, ruler, share


@pytest.mark.parametrize("longest, value, text", [
    (609.0, 36.314, "36.31 s"), (609.0, 0.0, "0.00 s"), (609.0, 4.2e-6, "4.2 µs"), (9000.0, 12.0, "12.0 s"),
    (20000.0, 7200.0, "2.0000 h"), (0.25, 0.1, "100.00 ms"), (4.8e-7, 4e-7, "0.4000 µs"), (0.0, 0.0, "0 s"),
])
def test_times_of_one_column_have_one_unit(longest, value, text):
    assert ruler(longest)(value) == text


def test_shares_do_not_hide_what_is_small():
    assert [share(*pair) for pair in ((1, 4), (0, 4), (1e-9, 4), (1, 0))] == ["25.0 %", "0.0 %", "< 0.1 %", "-"]


def test_columns_lean_to_their_sides():
    assert lay([["a", "1"], ["bcd", "22"]], "lr") == ["  a     1", "  bcd  22"]
