"""Runs NWAY (Salvato et al. 2018; pip install nway) on a field of JSON from standard input.

In: sources and entries, each with ra, dec (degrees) and error (arcsec, one sigma), the area in square
degrees and the radius in arcsec. Out: p_any of each source and p_i of each pair [source, entry, p_i].
"""
import json
import sys

import numpy
from nwaylib import nway_match
from nwaylib.logger import NullOutputLogger

field = json.load(sys.stdin)


def table(name):
    columns = {key: numpy.array(values) for key, values in field[name].items()}
    return {"name": name, "area": field["area"], "mags": [], "magnames": [], "maghists": [], **columns}


result = nway_match(
    [table("sources"), table("entries")],
    match_radius=field["radius"],
    prior_completeness=1.0,
    logger=NullOutputLogger(),
)
if "sources" not in result.columns:  # pandas 3 makes it an index
    result = result.reset_index(level=0).rename(columns={"level_0": "sources"})
p_any = result.groupby("sources")["prob_has_match"].first()
pairs = result[result["entries"] >= 0]
print(json.dumps({
    "pAny": [round(float(p_any.get(i, 0)), 6) for i in range(len(field["sources"]["ra"]))],
    "pairs": [
        [int(s), int(e), round(float(p), 6)]
        for s, e, p in zip(pairs["sources"], pairs["entries"], pairs["prob_this_match"])
    ],
}))
