"""Whether intervals about counters hold the truth as often as they say: logs with hidden desks and known effects.

python tests/validity/counters [LOGS] [KIND ...]; every seed from 0 on is used. Rows go to docs/validity_counters.json, the pages beside it
are written from them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats

from kumastats.text import Lang, Text
from kumastats.workload.counter import change_in_waits, decompose
from kumastats.workload.counter.fitted import changes
from kumastats.workload.counter.forecast import fit_day_totals

sys.path.insert(0, str(Path(__file__).parents[2] / "workload"))
from synthetic import log, played_day

KEPT = Path(__file__).resolve().parents[3] / "docs" / "validity_counters.json"
BEFORE: dict[str, Any] = {"mean": 70.0, "desks": 2, "service": 12.0, "spread": 50.0}
AFTER = BEFORE | {"service": 9.0}
FASTER, MORE = BEFORE | {"service": 12.0 * 0.8}, BEFORE | {"desks": 3}
DAYS = 60  # a quarter
TRUTH_DAYS = 12_000
Held = dict[str, bool]


def true_mean(truth: Mapping[str, Any], seed: int) -> float:
    """Return the mean wait of very many days."""
    rng = np.random.default_rng(seed)
    waited = customers = 0.0
    for _ in range(TRUTH_DAYS):
        issued, called, _, _ = played_day(rng, **truth)
        waited += sum(called) - sum(issued)
        customers += len(issued)
    return waited / customers


def change() -> Callable[[int], Held]:
    """A change in the mean wait between two quarters."""
    truth = true_mean(AFTER, 2) - true_mean(BEFORE, 1)

    def once(seed: int) -> Held:
        rng = np.random.default_rng([7, seed])
        made = change_in_waits(
            log(rng, "2021-04-05", DAYS, **BEFORE), log(rng, "2022-04-04", DAYS, **AFTER), rng=rng
        )
        return {"change in the mean wait": made.ci[0] <= truth <= made.ci[1]}

    return once


def calendar() -> Callable[[int], Held]:
    """A weekday's factor (truly 1), and how many come on the next day."""

    def once(seed: int) -> Held:
        rng = np.random.default_rng([8, seed])
        made = log(rng, "2021-09-01", DAYS + 1, **BEFORE)
        last = made["issued_at"].max().floor("D")
        fit = fit_day_totals(made[made["issued_at"] < last])
        _, low, high = fit.ratio("friday")
        ahead = fit.forecast(last.date(), last.date(), rng=rng).frame.iloc[0]
        came = int((made["issued_at"] >= last).sum())
        return {
            "a weekday's factor on visitors": low <= 1 <= high,
            "visitors on a day to come": bool(ahead["low"] <= came <= ahead["high"]),
        }

    return once


def what_ifs() -> Callable[[int], Held]:
    """What faster services and a further desk would do, from a log that states neither desks nor law."""
    now = true_mean(BEFORE, 1)
    truths = {"faster": true_mean(FASTER, 3) - now, "desk": true_mean(MORE, 4) - now}
    names = {"faster": "what-if: services a fifth shorter", "desk": "what-if: a third desk"}

    def once(seed: int) -> Held:
        rng = np.random.default_rng([9, seed])
        made = changes(
            log(rng, "2021-04-05", DAYS, **BEFORE), {"faster": lambda c: c.faster(0.2), "desk": lambda c: c.with_desks(1)}, rng=rng,
            days=300, draws=59,
        ).frame.set_index("change")  # fmt: skip
        return {names[k]: bool(made.loc[k, "low"] <= t <= made.loc[k, "high"]) for k, t in truths.items()}

    return once


def parts() -> Callable[[int], Held]:
    """The part of a change that is due to service times, where nothing else changed."""
    truth = true_mean(AFTER, 2) - true_mean(BEFORE, 1)

    def once(seed: int) -> Held:
        rng = np.random.default_rng([10, seed])
        made = decompose(
            log(rng, "2021-04-05", DAYS, **BEFORE), log(rng, "2022-04-04", DAYS, **AFTER), rng=rng, days=150, draws=30
        ).frame.set_index("part")  # fmt: skip
        return {
            "decomposition: the part of service times": bool(
                made.loc["service", "low"] <= truth <= made.loc["service", "high"]
            )
        }

    return once


KINDS: dict[str, Callable[[], Callable[[int], Held]]] = {
    "change": change,
    "calendar": calendar,
    "what-ifs": what_ifs,
    "parts": parts,
}


def run(logs: int, kinds: Sequence[str] = tuple(KINDS)) -> list[dict[str, Any]]:
    """Return one row a question, beside those kept of kinds not asked for."""
    kept = {r["question"]: r for r in held()}
    for kind in kinds:
        once = KINDS[kind]()
        made = [once(seed) for seed in range(logs)]
        for question in made[0]:
            k = sum(m[question] for m in made)
            ends = stats.binomtest(k, logs).proportion_ci()
            kept[question] = {
                "question": question, "logs": logs, "held": k, "coverage": k / logs, "coverage_interval": [ends.low, ends.high],
            }  # fmt: skip
            print(f"{question}: {k}/{logs} = {k / logs:.3f} ({ends.low:.3f}–{ends.high:.3f})", flush=True)
        KEPT.write_text(
            json.dumps(list(kept.values()), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
    return list(kept.values())


def held() -> list[dict[str, Any]]:
    """Return the rows of an earlier run."""
    rows: list[dict[str, Any]] = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.is_file() else []
    return rows


NAMES = {
    "change in the mean wait": Text("待ち時間の平均の前後差", "change in the mean wait"),
    "a weekday's factor on visitors": Text("曜日が来客に掛ける倍率", "a weekday's factor on visitors"),
    "visitors on a day to come": Text("これから来る日の来客数", "visitors on a day to come"),
    "what-if: services a fifth shorter": Text(
        "もし応対が2割短くなったら", "what-if: services a fifth shorter"
    ),
    "what-if: a third desk": Text("もし三つ目の窓口を開けたら", "what-if: a third desk"),
    "decomposition: the part of service times": Text(
        "変化のうち応対時間による分", "decomposition: the part of service times"
    ),
}
HEAD = Text(
    f"""# 窓口の区間はどれだけ当たるか

窓口の数も応対の分布も書かれていない番号札の記録（一つの期間{DAYS}日、一日およそ70人、二つの窓口、対数正規の応対、日ごとの混み方はガンマ分布、混む日には列が伸び続ける）から、
記録だけを使って推定する。真の値は、別に{TRUTH_DAYS:,}日を一人ずつ計算したもの。`python tests/validity/counters` で作る。
""",
    f"""# Counters: how often intervals hold the truth

Ticket logs that state neither desks nor the law of services ({DAYS} days a side, about 70 visitors a day, two desks, lognormal services, days busier
or calmer by a gamma factor, queues that only grow on busy days); every estimate starts from the log alone. Truth comes from {TRUTH_DAYS:,} days played
customer by customer. Made by `python tests/validity/counters`.
""",
)


def page(rows: Sequence[Mapping[str, Any]], lang: Lang) -> str:
    """Return the page."""
    heads = Text(
        "| 問い | 記録 | 区間が真の値を含んだ割合（95％二項区間） |",
        "| question | logs | coverage (95 % binomial interval) |",
    )
    lines = [heads(lang), "|---|---|---|"]
    for r in rows:
        low, high = r["coverage_interval"]
        share = f"{100 * r['coverage']:.1f} % ({100 * low:.1f}–{100 * high:.1f})"
        lines.append(f"| {NAMES[r['question']](lang)} | {r['logs']} | {share} |")
    asked = sum(0.93 <= r["coverage"] <= 0.97 for r in rows)
    told = Text(
        f"求めるのは93～97％。{len(rows)}行のうち{asked}行がその中にある。",
        f"Asked: 93–97 %. {asked} of {len(rows)} rows are as asked.",
    )
    return f"{HEAD(lang)}\n{chr(10).join(lines)}\n\n{told(lang)}\n"


def write() -> None:
    """Write the pages from the rows kept."""
    for lang, name in (("en", "validity_counters.md"), ("ja", "validity_counters.ja.md")):
        (KEPT.parent / name).write_text(page(held(), lang), encoding="utf-8")


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else 300, sys.argv[2:] or tuple(KINDS))
    write()
