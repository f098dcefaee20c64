"""The shelters of the sample city, as the chapter would read them, beside what is true of them."""

import pandas as pd

from kumastats.sample import city as cities
from kumastats.sample import community


def of_sample(seed):
    held = list(community.shelters(cities.build(500, seed)))
    start = held[0].days[0][0]
    rows = [
        (s.name, s.area, day, (day - start).days, people if counted else None, staff, needed)
        for s in held
        for day, people, staff, needed, counted in s.days
    ]
    names = ["site_id", "area", "date", "day", "evacuees", "staff", "staff_needed"]
    return held, pd.DataFrame(rows, columns=names)
