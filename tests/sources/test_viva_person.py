"""Viva person queries: both vintages of headers, decimals to minutes."""

import pytest
from files import KEY

from kumastats.errors import KumastatsError
from kumastats.sources import read


@pytest.mark.parametrize("date", ["Date", "MetricDate"])
def test_both_vintages(tmp_path, date):
    path = tmp_path / "person.csv"
    path.write_text(
        f'"PersonId","{date}","Meeting_hours","Organization"\n"aaaa-1","2019-01-06",7.5083,"A01"\n"aaaa-1","2019-01-13",,"A01"\n',
        encoding="utf-8",
    )
    rows = read("viva_person", path, identity=KEY).data.to_pandas()
    assert rows["meeting_min"].tolist()[0] == 450 and rows["meeting_min"].isna().tolist() == [False, True]
    assert rows["email_min"].isna().all() and "aaaa-1" not in rows.to_csv()


def test_impossible_weeks_are_refused(tmp_path):
    path = tmp_path / "person.csv"
    path.write_text("PersonId,MetricDate,Meeting_hours\naaaa-1,2019-01-06,169\n", encoding="utf-8")
    with pytest.raises(KumastatsError, match="over_a_week"):
        read("viva_person", path, identity=KEY)
    path.write_text("PersonId,MetricDate,Level\naaaa-1,2019-01-06,x\n", encoding="utf-8")
    with pytest.raises(KumastatsError, match="no column of meeting"):
        read("viva_person", path, identity=KEY)
