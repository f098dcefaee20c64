"""Records, sentences, certainty and claims: no typed figure, the same numbers in both languages, honest levels."""

import dataclasses
from pathlib import Path

import pytest

from kumastats.compare.result import Check, Comparison
from kumastats.disclosure import PublishedNumber
from kumastats.errors import EvidenceError
from kumastats.evidence import (
    EvidenceRecord,
    Origin,
    Register,
    claim_record,
    from_comparison,
    rate,
    sentence,
    show,
)
from kumastats.evidence.certainty import LEVELS
from kumastats.evidence.trace import trace
from kumastats.study.model import AnnouncedClaim
from kumastats.text import Text

HOURS = Text("時間／人・月", "h per person-month")
ORIGIN = Origin("FY2018Q4", "abc", ("d1",), "0.1.0", "02_working_time", {"quarter": "FY2018Q4"})


@dataclasses.dataclass(frozen=True)
class Asked:
    id: str = "overtime-x"
    item: str = "workplace"
    kind: str = "confirmatory"
    text: Text = Text("減ったか", "Did it fall?")  # noqa: RUF009
    smallest_effect: float | None = 0.5


def comparison(**changes) -> Comparison:
    made = {
        "measure": "ordered_overtime", "label": Text("時間外勤務命令時間", "ordered overtime"), "unit": HOURS, "decimals": 1, "design": "did",
        "estimand": Text("差", "difference"), "estimate": -1.234, "se": 0.3, "df": 40.0, "ci": (-1.8, -0.6), "level": 0.95, "p": 0.001, "n": 9000,
        "n_units": 45, "n_clusters": 45, "n_treated_clusters": 15, "dropped": {"other_cohort": 900}, "inference": "cluster_robust_t",
        "decidable": True, "undecidable_reason": None, "minimal_detectable_effect": 0.9,
        "checks": (Check("pre_trend", "pass", Text("よい", "fine"), 0.4), Check("negative_control", "pass", Text("よい", "fine"), 0.7)),
    }  # fmt: skip
    return Comparison(**{**made, **changes})


def record(**changes) -> EvidenceRecord:
    return from_comparison(comparison(**changes), Asked(), ORIGIN, contributors=300, retrospective=False)


def test_a_record_survives_its_file(tmp_path):
    made = record()
    register = Register(tmp_path)
    register.write(made)
    held = register.get("overtime-x")
    assert held == made and held.hash == made.hash
    assert register.number("overtime-x.effect").value == made.number("effect").value
    with pytest.raises(EvidenceError, match=r"Did you mean overtime-x\?"):
        register.get("overtime-y")
    with pytest.raises(EvidenceError, match="Known: overtime-x") as far:
        register.get("nosuch")
    assert "Did you mean" not in str(far.value)
    with pytest.raises(EvidenceError, match=r"overtime-x\.effect"):
        register.number("overtime-x.efect")


def test_both_languages_say_the_same_numbers():
    made = record()
    assert (
        sentence(made, "ja")
        == "まだ導入していない職場と比べ、導入した職場の時間外勤務命令時間は1.2時間／人・月少なくなった（95％信頼区間 △1.8～△0.6時間／人・月、45職場）。"
    )
    assert sentence(made, "en").startswith(
        "Compared with offices not yet live, offices gone live had 1.2 h per person-month less ordered overtime"
    )
    unclear = record(ci=(-2.0, 0.4))
    assert "増えたとも減ったとも言えない" in sentence(
        unclear, "ja"
    ) and "neither a rise nor a fall" in sentence(unclear, "en")
    silent = record(decidable=False, undecidable_reason=Text("少ない", "few"), ci=(float("nan"),) * 2)
    assert "判断できない" in sentence(silent, "ja") and silent.certainty.level == "very_low"


def test_a_figure_typed_into_a_statement_is_refused():
    made = record()
    for bad in ("fell by 3 hours {effect}", "fell by ３ hours {effect}", "fell by Ⅲ {effect}"):
        with pytest.raises(EvidenceError, match="typed into the statement"):
            dataclasses.replace(made, statement=Text(bad, bad))
    with pytest.raises(EvidenceError, match="which no number has"):
        dataclasses.replace(made, statement=Text("{nonesuch}", "{nonesuch}"))
    with pytest.raises(EvidenceError, match="different numbers"):
        dataclasses.replace(made, statement=Text("{effect}", "{offices}"))


@pytest.mark.parametrize(
    ("changes", "level"),
    [
        ({}, "high"),
        ({"checks": (Check("pre_trend", "pass", Text("x", "x")),)}, "moderate"),
        ({"checks": ()}, "low"),
        ({"checks": (Check("pre_trend", "not_run", Text("x", "x")),)}, "low"),
        ({"ci": (-2.0, 0.4)}, "low"),
        (
            {
                "checks": (
                    Check("pre_trend", "fail", Text("x", "x")),
                    Check("negative_control", "pass", Text("x", "x")),
                )
            },
            "low",
        ),
        ({"shocks": ("S10",)}, "low"),
        ({"dropped": {"partly_live_month": 3000}}, "very_low"),
    ],
)
def test_certainty_is_lowered_for_each_fault(changes, level):
    assert record(**changes).certainty.level == level


SOUND = (Check("pre_trend", "pass", Text("x", "x")), Check("negative_control", "pass", Text("x", "x")))
UNNAMED = Check("negative_control", "not_run", Text("指標がない", "none was named"), asked=False)
UNCOMPUTED = Text("職場が少ない", "too few units")


@pytest.mark.parametrize("result", ["fail", "warn", "not_run"])
@pytest.mark.parametrize(
    "name", ["pre_trend", "negative_control", "leave_one_out", "reassigned", "regression_to_mean"]
)
def test_a_check_that_failed_or_could_not_be_computed_lowers_certainty(name, result):
    """Whichever check: beside others that passed, it costs a step and is named among the reasons."""
    bad = Check(name, result, UNCOMPUTED)
    held = [*(c for c in SOUND if c.name != name), bad]
    before, after = (rate(design="did", checks=c) for c in (SOUND, held))
    assert (before.level, after.level) == (
        "high",
        "low",
    )  # nor is it any longer raised for both having passed
    assert any(UNCOMPUTED.en in r.en for r in after.reasons)
    alone = rate(design="its", checks=[bad])
    assert alone.level == "very_low" and rate(design="its", checks=SOUND).level == "low"


def test_a_check_without_a_place_here_lowers_nothing():
    made = rate(design="did", checks=[SOUND[0], UNNAMED])
    assert made.level == "moderate" and not any("computed" in r.en for r in made.reasons)
    assert rate(design="did", checks=[UNNAMED]).level == "low"  # but then nothing was checked


def test_checks_not_computed_cost_one_step_together_and_failures_two():
    gone = [Check(n, "not_run", UNCOMPUTED) for n in ("negative_control", "reassigned")]
    assert rate(design="did", checks=[SOUND[0], *gone]).level == "low"
    failed = [Check(n, "fail", UNCOMPUTED) for n in ("pre_trend", "leave_one_out", "shocks")]
    assert rate(design="randomised", checks=failed).level == "low"
    assert rate(design="did", checks=[*failed, *gone]).level == "very_low"


def test_certainty_never_rises_by_adding_a_fault():
    base = {
        "design": "did",
        "checks": [
            Check("pre_trend", "pass", Text("x", "x")),
            Check("negative_control", "pass", Text("x", "x")),
        ],
    }
    faults = [
        {"deviations": 1},
        {"retrospective": True},
        {"dropped_share": 0.1},
        {"shocks": ["S1"]},
        {"imprecise": True},
    ]
    reached = LEVELS.index(rate(**base).level)
    gathered: dict = {}
    for fault in faults:
        gathered |= fault
        now = LEVELS.index(rate(**base, **gathered).level)
        assert now <= reached
        reached = now
    assert rate(design="descriptive").level == "very_low"
    with pytest.raises(EvidenceError):
        rate(design="astrology")


def test_a_claim_needs_a_verdict_with_a_reason():
    import datetime as dt

    claim = AnnouncedClaim("x", Text("主張", "claim"), dt.date(2018, 4, 3), Text("式", "formula"))
    with pytest.raises(EvidenceError, match="verdict or a reason"):
        claim_record(
            claim,
            ORIGIN,
            item="workplace",
            verdict="holds",
            statement=Text("文", "text"),
            numbers=[],
            reasons=[],
        )


def test_views_of_a_number():
    share = PublishedNumber(
        "x", 0.256, "share", n=200, numerator=51, contributors=200, decimals=1, low=0.2, high=0.3
    )
    assert (show(share, "ja"), show(share, "en"), show(share, "en", "interval"), show(share, "ja", "n")) == (
        "25.6％",
        "25.6%",
        "20.0 to 30.0%",
        "200",
    )
    money = PublishedNumber("x", 600e6, "money", low=1e8, high=2e9)
    assert (show(money, "ja"), show(money, "en", "interval")) == ("6億円", "¥100 million to ¥2,000 million")
    with pytest.raises(EvidenceError, match="no interval"):
        show(PublishedNumber("x", 1, "constant"), "ja", "interval")


def test_the_road_of_a_number_ends_at_its_files(tmp_path):
    register = Register(tmp_path)
    register.write(record())
    delivery = {
        "id": "d1",
        "table": "person_day",
        "period": "FY2018",
        "received_on": "2023-04-14",
        "rows": 10,
        "coverage": [],
        "files": [{"file": "kinmu.csv", "sha256": "f" * 64}],
    }
    road = trace(register, "overtime-x.effect", {"d1": delivery})
    for lang in ("ja", "en"):
        told = road.text(lang)
        assert all(part in told for part in ("02_working_time", "abc", "d1", "kinmu.csv", "ffffffff"))
    assert "coverage" not in road.to_dict()["deliveries"][0]


def named(folder: Path, ids: list[str]) -> Register:
    held = Register(folder)
    for id_ in ids:
        held.write(dataclasses.replace(record(), id=id_))
    return held


def test_an_unknown_id_among_many_names_those_like_it_and_how_to_list_all(tmp_path):
    many = named(tmp_path, [f"level-{i:02d}" for i in range(30)] + ["overtime-telework", "adoption-telework"])
    for asked, near in (("overtime-telewrok", "overtime-telework"), ("telework days", "adoption-telework or overtime-telework")):  # fmt: skip
        with pytest.raises(EvidenceError) as caught:
            many.get(asked)
        told = caught.value.remedy
        assert (
            near in told.en
            and "`kumastats explain --list` lists all 32" in told.en
            and "explain --list" in told.ja
        )
        assert "level-17" not in told.en
    with pytest.raises(EvidenceError) as caught:
        many.get("zzz")
    assert caught.value.remedy.en == "`kumastats explain --list` lists all 32."


def test_an_unknown_id_among_few_lists_them(tmp_path):
    with pytest.raises(EvidenceError, match="Known: overtime, waits"):
        named(tmp_path, ["overtime", "waits"]).get("zzz")
