"""``kumastats publish``: the case study in both languages, gated, approved, verifiable, never half written."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kumastats.calendar import Quarter
from kumastats.disclosure import Approval, Thresholds, enforce, profile_named
from kumastats.disclosure.assessment import Assessment
from kumastats.disclosure.ledger import Ledger
from kumastats.errors import ReleaseError, UsageError
from kumastats.evidence import EvidenceRecord, Register
from kumastats.evidence.record import canonical_json
from kumastats.report import assets, lint
from kumastats.report.bundle import data_of, digest, files_of
from kumastats.report.content import Absent, Held, Source
from kumastats.report.contributions import assess_all, entry_of
from kumastats.report.evidence_seal import unedited
from kumastats.report.public_register import public_view
from kumastats.report.revisions import compare, previous
from kumastats.report.verification import APPROVALS, SUMS, verify
from kumastats.study import Study, StudyFolder, deviations, read_lock
from kumastats.text import Text
from kumastats.warehouse import Snapshot, Warehouse
from kumastats.warehouse.disk import flush

__all__ = ["Release", "hash_of", "pending", "publish", "verify"]


@dataclass(frozen=True)
class Release:
    """A release on disk.

    Attributes
    ----------
    absent
        Records that the words ask for and it does not hold; also in its ``release.json``.
    """

    id: str
    folder: Path
    profile: str
    content_hash: str
    files: tuple[str, ...]
    absent: tuple[Absent, ...] = ()

    @property
    def text(self) -> Text:
        """Where the files are."""
        listed = "\n".join(f"  {self.folder / f}" for f in self.files if f.endswith((".pdf", ".html")))
        asked = "\n".join(f"  {a.id}  {a.file}:{a.row}" for a in self.absent)
        without = (
            Text(
                f"\n文が求めるが、この公表にない証拠（その部分は載せていません）\n{asked}",
                f"\nAsked for by the words, not in this release (left out there)\n{asked}",
            )
            if self.absent
            else Text("", "")
        )
        return Text(
            f"公表資料（{self.profile}）を作りました。\n{listed}\n内容のハッシュ {self.content_hash[:16]}{without.ja}",
            f"The case study ({self.profile}) is ready.\n{listed}\ncontent hash {self.content_hash[:16]}{without.en}",
        )

    def to_dict(self) -> dict[str, Any]:
        """Return it for ``--json``."""
        return {
            **vars(self), "folder": str(self.folder), "files": list(self.files), "absent": [vars(a) for a in self.absent],
        }  # fmt: skip


def publish(
    study: Path, quarter: str, *, profile: str = "internal", approvals: Mapping[str, str] | None = None
) -> Release:
    """Build the case study of a quarter as PDF and HTML in both languages.

    Parameters
    ----------
    profile
        ``internal`` (marked 庁内限り) or ``public``, which needs the recorded approval of every partner.
    approvals
        Approvals given now: partner id to the role of who approved. They are kept in ``releases/approvals.json`` and
        hold for exactly this content.

    Raises
    ------
    DisclosureError
        If a number may not leave, an approval of this content is missing, or (public) all releases together tell too
        much; nothing is written then but the approvals given.
    ReleaseError
        If there is no evidence, a record was edited since it was made, the words name a number that is not published,
        or a document shows a number that the register does not.
    """
    chosen = profile_named(profile)
    folder = StudyFolder(Path(study))
    register_of = Study.load(folder.root)
    register = Register(folder.evidence(quarter))
    records = register.load_all()
    if not records:
        raise ReleaseError(
            Text(f"{quarter} の証拠がありません。", f"There is no evidence of {quarter}."),
            remedy=Text(
                f"先に `kumastats run --quarter {quarter}` を実行してください。",
                f"Run `kumastats run --quarter {quarter}` first.",
            ),
        )
    thresholds = Thresholds.of(dict(register_of.thresholds))
    ledger = Ledger.open(folder.releases)
    attack = assess_all(ledger, public_view(records), thresholds) if chosen == "public" else None
    findings = attack.findings() if attack is not None else ()
    enforce([x for r in records for x in r.published], thresholds, "internal", attack=findings)
    source, data = _source(register_of, folder, quarter, profile, records, ledger, attack)
    unedited(folder.runs / quarter, register, required=chosen == "public")
    files, absent = files_of(source, data)
    lint.enforce(files)
    view = files["register.json"]
    content_hash = hash_of(files)
    held = _approvals(
        folder, approvals or {}, content_hash, source.received_on, {p.id for p in register_of.partners}
    )
    enforce(
        [x for r in records for x in r.published], thresholds, chosen, approvals=held, content_hash=content_hash,
        partners=[p.id for p in register_of.partners],
    )  # fmt: skip
    made = _write(folder, quarter, profile, content_hash, files, held, absent)
    ledger.add(entry_of(made.id, profile, quarter, content_hash, view, ledger.last))
    return made


def hash_of(files: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of a release's content: what partners approve."""
    listed = "".join(f"{hashlib.sha256(files[f]).hexdigest()}  {f}\n" for f in sorted(files))
    return hashlib.sha256(listed.encode()).hexdigest()


def pending(study: Path, quarter: str) -> bytes | None:
    """Return the register a quarter would release, or None where nothing has been run."""
    records = Register(StudyFolder(study).evidence(quarter)).load_all()
    return public_view(records) if records else None


def _source(
    study: Study,
    folder: StudyFolder,
    quarter: str,
    profile: str,
    records: tuple[EvidenceRecord, ...],
    ledger: Ledger,
    attack: Assessment | None,
) -> tuple[Source, dict[str, list[dict[str, Any]]]]:
    warehouse = Warehouse.open(folder.warehouse)
    as_of = str(records[0].parameters.get("as_of", ""))
    used = warehouse.snapshot(dt.date.fromisoformat(as_of) if as_of else None)
    if {r.snapshot for r in records} != {used.id}:
        raise ReleaseError(
            Text(
                "証拠を作った後にデータが変わっています。",
                "The data have changed since the evidence was made.",
            ),
            remedy=Text(
                f"`kumastats run --quarter {quarter}` をもう一度実行してください。",
                f"Run `kumastats run --quarter {quarter}` again.",
            ),
        )
    locked = read_lock(study)
    data = data_of(records, used.deliveries)
    view = public_view(records, data=data)
    told = json.loads(view)["records"]
    name, before = previous(folder.releases, ledger, told, profile)
    source = Source(
        study=study,
        quarter=Quarter(quarter),
        view=view,
        records=records,
        profile=profile,
        received_on=max(d.received_on for d in used.deliveries),
        snapshot=used.id,
        tables=_held(used),
        locked_on=locked.locked_on if locked else None,
        deviations=deviations(study, locked) if locked else (),
        attack=attack,
        previous=name,
        revisions=compare(before, told, study.publication.errata),
        elsewhere=_elsewhere(folder, {r.id for r in records}),
    )
    return source, data


def _held(used: Snapshot) -> tuple[Held, ...]:
    out = []
    for table in sorted(used.tables):
        mine = [d for d in used.deliveries if d.table == table]
        first, last = used.span(table) or (None, None)
        out.append(
            Held(
                table, len(mine), sum(len(d.files) for d in mine), sum(d.rows for d in mine), first, last,
                max(d.received_on for d in mine), digest(d.id for d in mine),
            )
        )  # fmt: skip
    return tuple(out)


def _elsewhere(folder: StudyFolder, published: set[str]) -> dict[str, str]:
    """Return where records lie that are not part of this release: drafts, and other quarters."""
    found = {}
    for path in sorted(folder.runs.glob("FY*/*/*.json")):
        if path.stem not in published and path.parent.name in ("evidence", "drafts"):
            found[path.stem] = path.parent.relative_to(folder.runs).as_posix()
    return found


def _approvals(
    folder: StudyFolder, given: Mapping[str, str], content_hash: str, on: dt.date, partners: set[str]
) -> tuple[Approval, ...]:
    unknown = sorted(set(given) - partners)
    if unknown:
        listed = ", ".join(sorted(partners))
        raise UsageError(
            Text(
                f"連携者「{', '.join(unknown)}」は台帳にありません。",
                f"The register has no partner “{', '.join(unknown)}”.",
            ),
            remedy=Text(f"いるのは {listed}", f"There are {listed}"),
        )
    path = folder.releases / APPROVALS
    held = (
        [Approval.from_dict(a) for a in json.loads(path.read_text(encoding="utf-8"))]
        if path.is_file()
        else []
    )
    fresh = [Approval(p, by, on, content_hash) for p, by in sorted(given.items())]
    everything = sorted({*held, *fresh})
    if fresh:
        folder.releases.mkdir(parents=True, exist_ok=True)
        staging = path.with_suffix(".tmp")
        staging.write_text(canonical_json([a.to_dict() for a in everything]), encoding="utf-8")
        os.replace(staging, path)  # noqa: PTH105 - the atomic step
    return tuple(a for a in everything if a.content_hash == content_hash or a.partner in partners)


def _write(
    folder: StudyFolder,
    quarter: str,
    profile: str,
    content_hash: str,
    files: Mapping[str, bytes],
    approvals: tuple[Approval, ...],
    absent: tuple[Absent, ...],
) -> Release:
    id_ = f"{quarter}-{profile}-{content_hash[:8]}"
    target = folder.releases / id_
    told = {
        "id": id_, "quarter": quarter, "profile": profile, "content_hash": content_hash, "code_version": assets.code_version(),
        "approvals": [a.to_dict() for a in approvals if a.content_hash == content_hash],
        "absent": [vars(a) for a in absent],
    }  # fmt: skip
    made = {**files, "release.json": canonical_json(told).encode("utf-8")}
    made[SUMS] = "".join(f"{hashlib.sha256(made[f]).hexdigest()}  {f}\n" for f in sorted(made)).encode()
    for left in folder.releases.glob(f".{id_}.*"):  # of a publication that was killed
        shutil.rmtree(left)
    staging = folder.releases / f".{id_}.{os.getpid()}"
    staging.mkdir(parents=True)
    for name, data in made.items():
        (staging / name).write_bytes(data)
    for path in (*staging.iterdir(), staging):
        flush(path)
    before = staging.with_name(f"{staging.name}.before")
    if target.exists():
        target.rename(before)
    staging.rename(target)
    shutil.rmtree(before, ignore_errors=True)
    return Release(id_, target, profile, content_hash, tuple(sorted(made)), absent)
