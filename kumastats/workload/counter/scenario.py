"""A counter as data: who comes, for what, at which desks; and the changes one may ask about."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from kumastats.errors import WorkloadError
from kumastats.text import Text
from kumastats.workload.counter.arrivals import ArrivalProfile
from kumastats.workload.counter.hours import DeskPlan
from kumastats.workload.counter.laws import Law


@dataclass(frozen=True)
class Appointments:
    """Booked visits.

    Attributes
    ----------
    times
        Minutes after midnight, one a booking.
    no_show
        Share of bookings nobody comes for.
    sd
        Standard deviation of coming early or late, in minutes.
    """

    times: tuple[float, ...]
    no_show: float = 0.0
    sd: float = 0.0


@dataclass(frozen=True)
class Elsewhere:
    """Visits that move to another channel: online, a convenience store, a chatbot.

    Attributes
    ----------
    share
        Share of visitors offered the other way who set out on it.
    leakage
        Share of these who come to the counter all the same.
    harder
        Factor on the service time of who still comes: easy cases leave first.
    """

    share: float
    leakage: float = 0.0
    harder: float = 1.0


@dataclass(frozen=True, eq=False)
class Kind:
    """One kind of visit.

    Attributes
    ----------
    name
        Its name; its random numbers depend on it alone, so that scenarios with the same kinds meet the same customers.
    arrivals
        Walk-ins by interval, or bookings.
    services
        Any law with `mean` and `draw`, such as `ServiceTimes`.
    queue
        The desks that serve it; kinds with the same queue share them.
    rank
        0 is called first.
    patience
        Law of the wait after which a customer leaves; None: nobody does.
    elsewhere
        What moves to other channels.
    longer
        Factor on every service.
    """

    name: str
    arrivals: ArrivalProfile | Appointments
    services: Law
    queue: str = "counter"
    rank: int = 0
    patience: Law | None = None
    elsewhere: Elsewhere = Elsewhere(0.0)
    longer: float = 1.0


@dataclass(frozen=True, eq=False)
class Triage:
    """A desk that everybody of a queue sees first.

    Attributes
    ----------
    settles
        Share of visits that end there.
    shorter
        Factor on the service of the others, whose papers are ready.
    """

    plan: DeskPlan
    services: Law
    settles: float = 0.0
    shorter: float = 1.0


@dataclass(frozen=True, eq=False)
class Scenario:
    """A day at a counter.

    Attributes
    ----------
    kinds
        Kinds of visits.
    desks
        The plan of each queue.
    opens, closes
        Minutes after midnight between which customers come; desks serve who is left after closing.
    triage
        Queues with a first desk.
    busier
        Factor on walk-ins.
    """

    kinds: tuple[Kind, ...]
    desks: tuple[tuple[str, DeskPlan], ...]
    opens: float
    closes: float
    triage: tuple[tuple[str, Triage], ...] = ()
    busier: float = 1.0

    def __post_init__(self) -> None:
        plans = dict(self.desks)
        names = [k.name for k in self.kinds]
        if not self.kinds or len(set(names)) < len(names):
            raise WorkloadError(
                Text(
                    "用件がないか、同じ名前が重なっています。",
                    "There is no kind of visit, or a name occurs twice.",
                )
            )
        for kind in self.kinds:
            if kind.queue not in plans:
                raise WorkloadError(
                    Text(f"「{kind.queue}」の窓口がありません。", f"The queue “{kind.queue}” has no desks.")
                )
            _refuse(kind)
        if not self.closes > self.opens or not self.busier >= 0:
            raise WorkloadError(
                Text(
                    "開庁時間か来客の倍率が正しくありません。",
                    "Opening hours or the factor on arrivals are impossible.",
                )
            )
        for _, plan in self.desks:
            plan.refuse_gaps(self.opens, self.closes)

    @property
    def load(self) -> float:
        """Work offered over planned desk time in opening hours; from 1 on the queue grows all day."""
        triage = dict(self.triage)
        work = sum(
            self._visits(k)
            * (1 - k.elsewhere.share * (1 - k.elsewhere.leakage))
            * _minutes(k, triage.get(k.queue))
            for k in self.kinds
        )
        return work / self.desk_minutes

    @property
    def desk_minutes(self) -> float:
        """Planned desk-minutes in opening hours."""
        return sum(p.minutes(self.opens, self.closes) for _, p in self.desks)

    def _visits(self, kind: Kind) -> float:
        if isinstance(kind.arrivals, Appointments):
            return len(kind.arrivals.times) * (1 - kind.arrivals.no_show)
        return kind.arrivals.a_day * self.busier

    # what may change ------------------------------------------------------------------------------------------

    def each(self, change: Callable[[Kind], Kind], names: Iterable[str] | None = None) -> Scenario:
        """Return it with kinds changed; by default all."""
        chosen = {k.name for k in self.kinds} if names is None else set(names)
        unknown = sorted(chosen - {k.name for k in self.kinds})
        if unknown:
            raise WorkloadError(
                Text(f"用件「{unknown[0]}」はありません。", f"There is no kind of visit “{unknown[0]}”.")
            )
        return replace(self, kinds=tuple(change(k) if k.name in chosen else k for k in self.kinds))

    def with_desks(self, more: int, queue: str = "counter") -> Scenario:
        """Return it with desks more, or fewer."""
        self._queue(queue)
        return replace(self, desks=tuple((q, p.plus(more) if q == queue else p) for q, p in self.desks))

    def deflected(
        self, share: float, *, leakage: float = 0.0, harder: float = 1.0, kinds: Iterable[str] | None = None
    ) -> Scenario:
        """Return it with a share of visits moved to another channel."""
        return self.each(lambda k: replace(k, elsewhere=Elsewhere(share, leakage, harder)), kinds)

    def faster(self, share: float, kinds: Iterable[str] | None = None) -> Scenario:
        """Return it with a share of every service's time taken away."""
        return self.each(lambda k: replace(k, longer=k.longer * (1 - share)), kinds)

    def with_triage(self, triage: Triage, queue: str = "counter") -> Scenario:
        """Return it with a first desk."""
        self._queue(queue)
        return replace(self, triage=(*((q, t) for q, t in self.triage if q != queue), (queue, triage)))

    def open_between(self, opens: float, closes: float, *, return_share: float = 1.0) -> Scenario:
        """Return it with other counter hours: a share of who came in the hours cut comes in the hours left, in their shape."""

        def change(kind: Kind) -> Kind:
            if isinstance(kind.arrivals, Appointments):
                times = tuple(t for t in kind.arrivals.times if opens <= t < closes)
                return replace(kind, arrivals=replace(kind.arrivals, times=times))
            return replace(kind, arrivals=_between(kind.arrivals, opens, closes, return_share))

        made = self.each(change)
        return replace(made, opens=opens, closes=closes)

    def pooled(
        self, queues: Iterable[str], plan: DeskPlan, *, longer: float = 1.0, name: str = "pooled"
    ) -> Scenario:
        """Return it with several queues served from one pool of desks, as by tablet between ward offices.

        Parameters
        ----------
        longer
            Factor on services held at a distance.
        """
        joined = set(queues)
        for queue in joined:
            self._queue(queue)
        kinds = tuple(
            replace(k, queue=name, longer=k.longer * longer) if k.queue in joined else k for k in self.kinds
        )
        desks = (*((q, p) for q, p in self.desks if q not in joined), (name, plan))
        return replace(
            self, kinds=kinds, desks=desks, triage=tuple(t for t in self.triage if t[0] not in joined)
        )

    def _queue(self, queue: str) -> None:
        if queue not in dict(self.desks):
            raise WorkloadError(Text(f"「{queue}」という窓口はありません。", f"There is no queue “{queue}”."))


def counter(
    arrivals: ArrivalProfile, services: Law, desks: int | DeskPlan, *, patience: Law | None = None
) -> Scenario:
    """Return the simplest counter: one kind of visit, one queue, open while the profile says people come."""
    plan = desks if isinstance(desks, DeskPlan) else DeskPlan.always(desks)
    kind = Kind("visit", arrivals, services, patience=patience)
    return Scenario((kind,), (("counter", plan),), float(arrivals.edges[0]), float(arrivals.edges[-1]))


def _minutes(kind: Kind, triage: Triage | None) -> float:
    """Return the mean minutes of desk time of who comes to the counter."""
    harder = kind.elsewhere.harder if kind.elsewhere.share else 1.0
    rest = 1.0 if triage is None else (1 - triage.settles) * triage.shorter
    return kind.services.mean * kind.longer * harder * rest


def _between(profile: ArrivalProfile, opens: float, closes: float, return_share: float) -> ArrivalProfile:
    inner = profile.edges[(profile.edges > opens) & (profile.edges < closes)]
    edges = np.r_[opens, inner, closes]
    held = np.diff(np.interp(edges, profile.edges, np.r_[0.0, np.cumsum(profile.mean)]))
    stays = float(held.sum())
    if stays <= 0:
        raise WorkloadError(Text("その時間には来客がありません。", "Nobody comes in these hours."))
    back = return_share * (profile.a_day - stays)
    return replace(profile, edges=edges, mean=held * (1 + back / stays))


def _refuse(kind: Kind) -> None:
    shares = [kind.elsewhere.share, kind.elsewhere.leakage]
    if isinstance(kind.arrivals, Appointments):
        shares.append(kind.arrivals.no_show)
    else:
        _refuse_profile(kind.arrivals)
    factors = [kind.longer, kind.elsewhere.harder, kind.services.mean]
    wrong = any(not 0 <= s <= 1 for s in shares) or any(not (math.isfinite(f) and f >= 0) for f in factors)
    if wrong or kind.rank < 0:
        raise WorkloadError(
            Text(
                f"「{kind.name}」の割合は0から1、時間と倍率は0以上です。",
                f"Shares of “{kind.name}” lie from 0 to 1; durations and factors are not negative.",
            )
        )


def _refuse_profile(profile: ArrivalProfile) -> None:
    if len(profile.edges) != len(profile.mean) + 1 or not (np.diff(profile.edges) > 0).all():
        raise WorkloadError(
            Text(
                "来客の時間帯の区切りは、時間帯より一つ多く、増えていく必要があります。",
                "A profile has one edge more than intervals, and its edges increase.",
            )
        )
    if not (profile.mean >= 0).all() or not np.isfinite(profile.mean).all():
        raise WorkloadError(Text("来客数に負の値か欠損があります。", "Arrivals are negative or missing."))
