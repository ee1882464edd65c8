"""Classes of Chandra point sources, as `deno task score` gives them, in Python.

    import csc_classify
    frame = csc_classify.classify(table)       # a pandas or astropy table, or a dict of arrays
    csc_classify.explain(table, 0)             # why source 0 got its class

    $ python csc_classify.py sources.vot --out classified.csv

The model lies beside this file: `pipeline.json`, `lightgbm.txt`, `likeness.json`, `training.csv`,
and `SHA256SUMS`, against which all are checked. Needs numpy, pandas and lightgbm; astropy for
VOTable and FITS. Probabilities and sets equal those of `deno task score` to 1e-12.

A table has `ra` and `dec` (ICRS, degrees) and what it has of the columns of `inputs()`, in the units
given there; a missing value is NaN, masked or empty. Columns of an astropy table that have units are
converted. Energy fluxes are those of Chandra's bands: no other mission's will do.
"""
import argparse
import hashlib
import json
import os
import re
import shutil
import signal
import sys
import tempfile
from functools import lru_cache
from pathlib import Path

try:
    import lightgbm
    import numpy as np
    import pandas as pd
except ModuleNotFoundError as error:
    NEEDED = f"csc_classify needs {error.name}: python -m pip install numpy pandas lightgbm astropy"
    if __name__ == "__main__":
        sys.exit(NEEDED)
    raise ImportError(NEEDED) from error

FORMAT = "csc-classify classifier 2"
FOLDER = Path(__file__).resolve().parent
RADIANS = np.pi / 180
CM_PER_MPC = 3.0857e24
SAME_ARCSEC = 1  # a source of the training set is told by its name or within this


class Classifier:
    """A classifier read from a folder as `deno task report` writes it, `out/model`."""

    def __init__(self, folder=FOLDER):
        """Raises ValueError naming the file where one is missing, changed or of another format."""
        texts = _sealed(Path(folder))
        self.digest = hashlib.sha256(texts["SHA256SUMS"].encode()).hexdigest()
        self.model = json.loads(texts["pipeline.json"])
        if self.model["format"] != FORMAT:
            raise ValueError(
                f'{folder} is of the format "{self.model["format"]}", not "{FORMAT}": use the '
                "csc_classify.py that lies in that folder, or make it anew with deno task report"
            )
        self.classes = self.model["classes"]
        self.trees = lightgbm.Booster(model_str=texts["lightgbm.txt"])
        self.likeness = json.loads(texts["likeness.json"])
        self.training = pd.read_csv(
            Path(folder) / "training.csv", dtype={"name": str}, keep_default_na=False
        )

    def classify(self, table, host_limits=False, rename=None):
        """Classifies sources.

        table: pandas DataFrame, astropy Table or dict of arrays, one row a source.
        host_limits: whether class, probabilities and sets are those under the physical limits of
            the galaxy that a source lies in.
        rename: how your columns are called, e.g. {"flux_aper_b": "flux_b"}.

        Returns a DataFrame, one row a source in the same order, with the columns of every product
        (`columns()` describes them). Raises ValueError naming columns or rows it cannot use.
        """
        x, names = self._inputs(table, rename or {})
        decision, n = self.model["decision"], len(names)
        if host_limits and decision["limitedSets"] is None:
            raise ValueError("this classifier has no limits of hosts; leave host_limits out")
        free = self._free(x)
        limited, is_limited = self._limited(free, x)
        p = limited if host_limits else free
        label = p.argmax(1)
        ordered = np.sort(p, axis=1)
        sets, promises = self._sets(p, x, "limitedSets" if host_limits else "sets")
        score, reason = self._likeness(label, x)
        known = self._training_class(names, x)
        values = {
            "name": names,
            "ra": x["ra"],
            "dec": x["dec"],
            "class": np.array(self.classes, object)[label],
            "cmp": ordered[:, -1],
            "margin": ordered[:, -1] - ordered[:, -2],
            "cmp_young_or_star": p[:, self._at("STAR")] + p[:, self._at("YSO")],
            "set95": [";".join(c for c, is_in in zip(self.classes, row) if is_in) for row in sets],
            "set95_size": sets.sum(1),
            "set95_promise": promises,
            "likeness": score,
            "likeness_reason": reason,
            "host": x["host"],
            "limits_change": is_limited,
            "flux_b_from": x["flux_b_from"],
            "in_training": pd.notna(known),
            "training_class": known,
            "simulated": np.full(n, self.model["training"]["simulated"]),
            "release": np.full(n, None, object),
            **{f"cmp_{name}": p[:, c] for c, name in enumerate(self.classes)},
            **{f"cmp_{name}_limited": limited[:, c] for c, name in enumerate(self.classes)},
            **{flag: _any(x, bands) for flag, bands in self.model["presence"].items()},
        }
        return pd.DataFrame({column["name"]: values[column["name"]] for column in self.model["columns"]})

    def explain(self, table, row, rename=None):
        """What decided the class of one source: a DataFrame with a feature a line, the weightiest
        first: `feature`, `value` (missing: NaN) and `contribution`, its share (SHAP value) in the
        score of the class named, before calibration; the sum of all and `expected` is that score.
        """
        x, _ = self._inputs(table, rename or {})
        features = self._features(x)[row : row + 1]
        label = self._free(x)[row].argmax()
        shares = self.trees.predict(features, pred_contrib=True).reshape(len(self.classes), -1)[label]
        frame = pd.DataFrame(
            {
                "feature": self.model["features"],
                "value": features[0],
                "contribution": shares[:-1],
            }
        ).sort_values("contribution", key=lambda share: -share.abs(), kind="stable", ignore_index=True)
        frame.attrs.update({"class": self.classes[label], "expected": shares[-1]})
        return frame

    def inputs(self):
        """Columns that are read, with their units: all but `ra` and `dec` may be missing."""
        model = self.model
        return pd.DataFrame({"column": model["inputs"], "unit": model["units"]})

    def columns(self):
        """Columns that come out, with type, unit, UCD and description."""
        return pd.DataFrame(self.model["columns"])

    def _at(self, name):
        return self.classes.index(name)

    # from a table to what the trees take

    def _inputs(self, table, rename):
        """Columns by name as floats, worked out where they follow from others, and the names."""
        given = _columns(table)
        for theirs, ours in rename.items():
            if theirs not in given:
                raise ValueError(f'there is no column "{theirs}" to rename; there are {_listed(given)}')
            given[ours] = given.pop(theirs)
        self._check_names(given)
        units = {"ra": "deg", "dec": "deg", **dict(zip(self.model["inputs"], self.model["units"]))}
        n = len(given["ra"])
        x = {
            name: _numbers(name, given[name], unit) if name in given else np.full(n, np.nan)
            for name, unit in units.items()
        }
        for name, most in (("ra", 360), ("dec", 90)):
            wrong = np.flatnonzero(~(np.abs(x[name]) <= most))
            if len(wrong) > 0:
                raise ValueError(
                    f"{name} of row {wrong[0]} is {x[name][wrong[0]]}: positions are needed, in "
                    f"degrees (in all {len(wrong)} rows are without); leave such rows out"
                )
        for name in self.model["fluxes"]:
            if np.nanmax(x[name], initial=0) > 1e-6:
                raise ValueError(
                    f"{name} reaches {np.nanmax(x[name])}: no X-ray source is so bright in "
                    "erg/s/cm2; convert the column, or give an astropy table that says its unit"
                )
            x[name] = np.where(x[name] > 0, x[name], np.nan)  # 0 and below are upper limits
        if not _any(x, self.model["fluxes"]).any():
            raise ValueError(
                f"no row has an X-ray flux: {_listed(self.model['fluxes'])} in erg/s/cm2, Chandra's "
                f'bands; name yours, e.g. rename={{"flux_aper_b": "flux_b"}} (there are {_listed(given)})'
            )
        self._complete(x)
        self._add(x)
        names = given.get("name", np.arange(n))
        return x, np.array([_text(name) for name in names], object)

    def _check_names(self, given):
        """Names that differ from ours in capitals alone would be passed over in silence."""
        ours = {name.lower(): name for name in ["name", "ra", "dec", *self.model["inputs"]]}
        lost = {
            theirs: ours[theirs.lower()]
            for theirs in given
            if theirs.lower() in ours and ours[theirs.lower()] not in given
        }
        if lost:
            options = " ".join(f'--rename "{theirs}={name}"' for theirs, name in lost.items())
            raise ValueError(
                f"names of columns differ in capitals; give rename={lost}, in a terminal {options}"
            )
        for name in ("ra", "dec"):
            if name not in given:
                raise ValueError(
                    f'there is no column "{name}" (ICRS, degrees); name yours, e.g. '
                    f'rename={{"RAJ2000": "ra"}}, in a terminal --rename RAJ2000=ra; there are {_listed(given)}'
                )

    def _complete(self, x):
        """Galactic coordinates, colours and the broad-band flux where they follow from others."""
        l, b = _galactic(x["ra"], x["dec"])
        lost = np.isnan(x["gal_l"]) | np.isnan(x["gal_b"])
        x["gal_l"], x["gal_b"] = np.where(lost, l, x["gal_l"]), np.where(lost, b, x["gal_b"])
        for name, (first, second) in self.model["colours"].items():
            x[name] = np.where(np.isnan(x[name]), x[first] - x[second], x[name])
        bands = ("soft", "medium", "hard")
        parts = np.array([x["flux_s"], x["flux_m"], x["flux_h"]])
        there = parts > 0
        fill = self.model["fillsFlux"] & ~(x["flux_b"] > 0) & (there.sum(0) >= 2)
        words = [" + ".join(np.array(bands)[row]) for row in there.T]
        x["flux_b_from"] = np.where(x["flux_b"] > 0, "measured", np.where(fill, words, None))
        total = 0.0
        for part in np.where(there, parts, 0):
            total = total + part
        x["flux_b"] = np.where(fill, total, x["flux_b"])

    def _add(self, x):
        """The added columns: place in the Galaxy, hosts, flux ratios, counts (docs/classifier.md)."""
        added = self.model["added"]
        x["brightness"] = np.where(x["flux_b"] > 0, x["flux_b"], x["flux_ned"])
        l, b = x["gal_l"], x["gal_b"]
        x["abs_b"] = np.abs(b)
        x["abs_l"] = np.abs(np.where(l > 180, l - 360, l))
        x["centre_angle"] = np.arccos(np.cos(b * RADIANS) * np.cos(l * RADIANS)) / RADIANS
        x["log_dust"] = _log_dust(l, b, added["dust"])
        x["host"] = np.full(len(l), None, object)
        for hosts in added["hosts"]:
            _add_hosts(x, hosts, added["flattest"])
        for name, formula in added["formulas"].items():
            x[name] = _worked_out(formula, x)

    def _features(self, x):
        features = np.column_stack([x[name] for name in self.model["features"]])
        scaling = self.model["scaling"]
        if scaling is None:
            return features
        least, width = np.array(scaling["min"]), np.array(scaling["range"])
        with np.errstate(all="ignore"):
            scaled = 10 * ((features - least) / width)
        return np.where(width > 0, scaled, np.where(np.isnan(features), np.nan, 0))

    # from the trees to what a row says

    def _free(self, x):
        """Calibrated probabilities, bounded where absence of counterparts is all the evidence."""
        decision = self.model["decision"]
        p = _sharpened(self.trees.predict(self._features(x)), decision["powers"])
        most = decision["mostFromAbsence"]
        is_alone = ~_any(x, self.model["counterparts"]) & (x["galaxy_in"] + x["cluster_in"] == 0)
        top = p.max(1, keepdims=True)
        is_top = np.arange(p.shape[1]) == p.argmax(1)[:, None]
        with np.errstate(all="ignore"):
            bounded = np.where(is_top, most, p * (1 - most) / (1 - top))
        return np.where(is_alone[:, None] & (top > most), bounded, p)

    def _limited(self, p, x):
        """Probabilities under the physical limits of a galaxy (docs/trust.md), and whether they differ."""
        powers, limits = self.model["decision"]["limitedPowers"], self.model["limitsInNumbers"]
        if powers is None:
            return p, np.zeros(len(p), bool)
        inside, early = x["galaxy_in"] > 0, x["galaxy_type"] <= limits["earlyType"]
        error = x["galaxy_log_lx_error"]
        error = np.where(np.isnan(error), limits["error"], error)
        least = limits["ultraluminous"] - limits["sigmas"] * np.hypot(limits["scatter"], error)
        faint = x["galaxy_log_lx"] < least
        far = x["galaxy_log_distance"] > limits["outsideLocalGroup"] + limits["sigmas"] * error / 2
        limited = p.copy()
        for name, excluded in (("HMXB", early), ("ULX", faint), ("CV", far), ("PULSAR", far)):
            c = self._at(name)
            limited[:, c] -= np.where(inside & excluded, (1 - limits["left"]) * p[:, c], 0)
        taken = (p - limited).sum(1)
        hmxb, lmxb = self._at("HMXB"), self._at("LMXB")
        binaries = limited[:, hmxb] + limited[:, lmxb]
        with np.errstate(all="ignore"):
            share = np.where(binaries > 0, limited[:, lmxb] / binaries, 0)
        share = np.where(early, 1, share)
        limited[:, lmxb] += taken * share
        limited[:, hmxb] += taken * (1 - share)
        is_limited = (limited != p).any(1)
        return np.where(is_limited[:, None], _sharpened(limited, powers), p), is_limited

    def _sets(self, p, x, which):
        """95 % sets of the rows' cases (surveys and place), and what such sets promise."""
        rules, places = self.model["decision"][which], len(self.model["places"])
        has_any = _any(x, self.model["counterparts"])
        surveys = np.where(_any(x, self.model["commonCounterparts"]), 0, np.where(has_any, 1, 2))
        place = np.where(
            x["galaxy_in"] > 0, 1, np.where(x["cluster_in"] > 0, 0, np.where(x["region_in"] > 0, 2, 0))
        )
        case = places * surveys + place
        thresholds = np.array([rule["thresholds"] for rule in rules])[case]
        is_named = np.arange(p.shape[1]) == p.argmax(1)[:, None]
        promises = np.array([self._promise(rule) for rule in rules], object)[case]
        words = np.array([case["words"] for case in self.model["surveyCases"]], object)
        is_placed = ~(np.isnan(x["ra"]) | np.isnan(x["dec"]))
        unplaced = words[surveys] + ", position not known: nothing is promised"
        return (p >= thresholds) | is_named, np.where(is_placed, promises, unplaced)

    def _promise(self, rule):
        held, few = [], []
        for name, sources, share in zip(self.classes, rule["sources"], rule["held"]):
            if sources >= self.model["leastOfCase"] and share is not None:
                held.append(f"{name} {int(np.floor(100 * share + 0.5))} %")
            else:
                few.append(f"{name} ({sources})")
        surveys = self.model["surveyCases"][rule["surveys"]]["words"]
        place = self.model["places"][rule["place"]]["words"]
        said = f"held {', '.join(held)}" if held else "nothing is promised"
        return f"{surveys}, {place}: {said}" + (f"; too few to say: {', '.join(few)}" if few else "")

    def _likeness(self, label, x):
        """Share of the 20 labelled sources most like each that have its class, and what they are."""
        reference = self.likeness
        if reference is None:
            return np.full(len(label), np.nan), np.full(len(label), None, object)
        rules = self.model["likeness"]
        highest, missing, unequal = rules["highest"], 255, rules["highest"] / 2
        values = np.column_stack([x[name] for name in rules["columns"]])
        ranks = np.empty(values.shape)
        for c, steps in enumerate(reference["quantiles"]):
            ranks[:, c] = np.searchsorted(steps[:highest], values[:, c])
        ranks[np.isnan(values)] = missing
        known = np.reshape(np.array(reference["ranks"], float), (-1, values.shape[1]))
        labels = np.array(reference["labels"])
        size = min(rules["neighbours"], len(labels))
        score, reasons = np.empty(len(label)), np.empty(len(label), object)
        for row, own in enumerate(ranks):
            step = np.where((own == missing) != (known == missing), unequal, own - known)
            nearest = np.argsort((step**2).sum(1), kind="stable")[:size]
            counts = np.bincount(labels[nearest], minlength=len(self.classes))
            score[row] = counts[label[row]] / size
            order = [c for c in np.argsort(-counts, kind="stable") if counts[c] > 0]
            first = "is" if counts[order[0]] == 1 else "are"
            named = [f"{counts[c]} {self.classes[c]}" for c in order]
            named[0] = f"{counts[order[0]]} {first} {self.classes[order[0]]}"
            reasons[row] = f"of the {size} labelled sources most like it {', '.join(named)}"
        return score, reasons

    def _training_class(self, names, x):
        """Classes of sources that the classifier learnt from; None elsewhere."""
        trained = self.training
        by_name = dict(zip((_unguarded(name) for name in trained["name"]), trained["class"]))
        ra, dec = (pd.to_numeric(trained[c], errors="coerce").to_numpy(float) for c in ("ra", "dec"))
        placed = np.flatnonzero(~np.isnan(ra) & ~np.isnan(dec))
        vectors, reach = _vectors(ra[placed], dec[placed]), SAME_ARCSEC / 3600 * RADIANS
        order = np.argsort(dec[placed], kind="stable")
        sorted_dec = dec[placed][order]
        classes = []
        for name, here, own_dec in zip(names, _vectors(x["ra"], x["dec"]), x["dec"]):
            found = by_name.get(name)
            if found is None:
                start, end = np.searchsorted(sorted_dec, [own_dec - 0.001, own_dec + 0.001])
                near = np.sort(order[start:end])
                apart = ((vectors[near] - here) ** 2).sum(1)
                if len(near) > 0 and apart.min() <= (2 * np.sin(reach / 2)) ** 2:
                    found = trained["class"].iloc[placed[near[apart.argmin()]]]
            classes.append(found)
        return np.array(classes, object)


@lru_cache(maxsize=1)
def load():
    """The classifier that lies beside this file."""
    return Classifier()


def classify(table, host_limits=False, rename=None):
    """`Classifier.classify` of the model beside this file."""
    return load().classify(table, host_limits, rename)


def explain(table, row, rename=None):
    """`Classifier.explain` of the model beside this file."""
    return load().explain(table, row, rename)


def inputs():
    """`Classifier.inputs` of the model beside this file."""
    return load().inputs()


def _sealed(folder):
    """Texts of the folder's files, each as `SHA256SUMS` has it."""
    remedy = "make the folder anew with deno task report --only 05"
    try:
        texts = {"SHA256SUMS": (folder / "SHA256SUMS").read_bytes().decode()}
    except FileNotFoundError:
        raise ValueError(f"{folder} has no SHA256SUMS, so nothing says whether it is whole; {remedy}")
    seals = dict(reversed(line.split("  ", 1)) for line in texts["SHA256SUMS"].splitlines())
    for name in ("pipeline.json", "lightgbm.txt", "likeness.json", "training.csv"):
        content = (folder / name).read_bytes() if (folder / name).is_file() else b""
        if seals.get(name) != hashlib.sha256(content).hexdigest():
            raise ValueError(f"{folder / name} is missing or not as SHA256SUMS has it; {remedy}")
        texts[name] = content.decode()
    return texts


def _columns(table):
    """Columns of a table by name."""
    names = table.colnames if hasattr(table, "colnames") else table.keys()
    return {str(name): table[name] for name in names}


def _numbers(name, column, unit):
    """A column as floats in our unit; NaN where missing."""
    theirs = getattr(column, "unit", None)
    if theirs is not None and unit:
        from astropy import units

        try:
            factor = theirs.to(units.Unit(unit, format="vounit"))
        except (units.UnitConversionError, AttributeError) as error:
            raise ValueError(f'column "{name}" is in {theirs}, which is no {unit}: {error}')
    else:
        factor = 1
    if hasattr(column, "filled"):
        column = column.astype(object).filled(np.nan) if column.dtype.kind not in "f" else column.filled(np.nan)
    try:
        values = pd.to_numeric(pd.Series(np.asarray(column).tolist())).to_numpy(float)
    except (ValueError, TypeError) as error:
        raise ValueError(f'column "{name}" holds what is no number: {error}; leave such cells empty')
    return values * factor


def _text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def _unguarded(text):
    """A text of `training.csv`, where an apostrophe keeps formulas from being run."""
    return text[1:] if re.match(r"'+[=+\-@\t\r]", text) else text


def _listed(names):
    names = list(names)
    return ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")


def _any(x, names):
    return np.any([~np.isnan(x[name]) for name in names], axis=0)


def _sharpened(p, powers):
    """Each row to the power of the class it names, to sum 1."""
    q = p ** np.array(powers)[p.argmax(1)][:, None]
    return q / q.sum(1, keepdims=True)


def _log10(values):
    return np.log10(np.where(values > 0, values, np.nan))


def _worked_out(formula, x):
    """An added column: a ratio (a - b) / (a + b), a sum of factors times columns or their logarithms,
    a count of columns with a value, or whether a survey looked."""
    if "ratio" in formula:
        a, b = (x[name] for name in formula["ratio"])
        with np.errstate(all="ignore"):
            return (a - b) / (a + b)
    if "any" in formula:
        return np.where(_any(x, formula["any"]), 1.0, x[formula["told"]])
    if "count" in formula:
        return np.sum([~np.isnan(x[name]) for name in formula["count"]], axis=0).astype(float)
    return sum(
        factor * (_log10(x[name[4:]]) if name.startswith("log ") else x[name])
        for factor, name in formula["sum"]
    )


def _galactic(ra, dec):
    """ICRS to Galactic, degrees (Hipparcos and Tycho Catalogues, ESA SP-1200, volume 1, eq. 1.5.11)."""
    matrix = [
        [-0.0548755604162154, -0.8734370902348850, -0.4838350155487132],
        [+0.4941094278755837, -0.4448296299600112, +0.7469822444972189],
        [-0.8676661490190047, -0.1980763734312015, +0.4559837761750669],
    ]
    x, y, z = (sum(a * v for a, v in zip(row, _vectors(ra, dec).T)) for row in matrix)
    l = np.arctan2(y, x) / RADIANS
    return np.where(l < 0, (l + 360) % 360, l), np.arctan2(z, np.hypot(x, y)) / RADIANS


def _vectors(ra, dec):
    """`[n x 3]` unit vectors of positions in degrees."""
    up, along = dec * RADIANS, ra * RADIANS
    return np.column_stack([np.cos(up) * np.cos(along), np.cos(up) * np.sin(along), np.sin(up)])


def _log_dust(l, b, dust):
    """log10 of the dust column of an exponential disc, kpc of the density at the Sun."""
    step = dust["end"] / dust["steps"]
    outwards, across = np.cos(b * RADIANS) * np.cos(l * RADIANS), np.cos(b * RADIANS) * np.sin(l * RADIANS)
    up, column = np.abs(np.sin(b * RADIANS)), np.zeros(len(l))
    for i in range(dust["steps"]):
        s = (i + 0.5) * step
        r = np.hypot(dust["sun"] - s * outwards, s * across)
        column += np.exp((dust["sun"] - r) / dust["length"] - s * up / dust["height"]) * step
    return np.log10(column)


def _add_hosts(x, hosts, flattest):
    """Offset from the galaxy, cluster or region that a source lies deepest in, and inside its rim what
    follows from it."""
    kind, objects, rim, farthest = (hosts[key] for key in ("kind", "objects", "rim", "farthest"))
    ra, dec = x["ra"], x["dec"]
    offset, arcmin = np.full(len(ra), np.inf), np.full(len(ra), np.nan)
    which, order = np.zeros(len(ra), int), np.argsort(dec)
    sorted_dec = dec[order]
    for i, host in enumerate(objects):
        radius, reach = host["radiusArcmin"], farthest * host["radiusArcmin"]
        start = np.searchsorted(sorted_dec, host["dec"] - reach / 60 - 1e-6)
        end = np.searchsorted(sorted_dec, host["dec"] + reach / 60 + 1e-6)
        rows = order[start:end]
        if len(rows) == 0:
            continue
        apart, angle = _separation(host["ra"], host["dec"], ra[rows], dec[rows])
        angle = angle - host["positionAngleDeg"] * RADIANS
        across = apart * np.sin(angle) / max(host["axisRatio"], flattest)
        radii = np.hypot(apart * np.cos(angle), across) / radius
        is_in = (apart <= reach) & (radii <= farthest) & (radii < offset[rows])
        rows = rows[is_in]
        offset[rows], arcmin[rows], which[rows] = radii[is_in], apart[is_in], i
    inside = offset < rim

    def of(key):
        return np.array([np.nan if host[key] is None else host[key] for host in objects], float)[which]

    flux, distance = x["brightness" if kind == "galaxy" else "flux_b"], of("distanceMpc")
    known = {
        "log_lx": _log10(4 * np.pi * flux) + 2 * np.log10(distance * CM_PER_MPC),
        "type": of("typeT"),
        "log_distance": np.log10(distance),
        "axis_ratio": of("axisRatio"),
        "offset_arcmin": arcmin,
        "offset_kpc": 1000 * distance * arcmin / 60 * RADIANS,
        "log_lx_error": 2 * np.log10(1 + of("distanceError")),
    }
    x[f"{kind}_offset"] = np.where(np.isfinite(offset), offset, np.nan)
    x[f"{kind}_in"] = inside.astype(float)
    for name, values in known.items():
        x[f"{kind}_{name}"] = np.where(inside, values, np.nan)
    names = np.array([host["name"] for host in objects], object)[which]
    x["host"] = np.where(inside & pd.isna(x["host"]), names, x["host"])


def _separation(ra0, dec0, ra, dec):
    """Separation, arcmin, from a position, and position angle east of north, radians."""
    turn, here, there = (ra - ra0) * RADIANS, dec0 * RADIANS, dec * RADIANS
    # written so that close positions lose no digits
    north = np.sin((dec - dec0) * RADIANS) + 2 * np.sin(here) * np.cos(there) * np.sin(turn / 2) ** 2
    east = np.cos(there) * np.sin(turn)
    along = np.sin(here) * np.sin(there) + np.cos(here) * np.cos(there) * np.cos(turn)
    return np.arctan2(np.hypot(east, north), along) / RADIANS * 60, np.arctan2(east, north)


def _read(path):
    """A table of a file: CSV and Parquet by pandas, the rest by astropy."""
    lower = path.lower()
    if lower.endswith((".csv", ".csv.gz")):
        return _texts(pd.read_csv(path), _unguarded)
    if lower.endswith(".parquet"):
        return pd.read_parquet(path)
    try:
        from astropy.table import Table
    except ImportError:
        raise ValueError(f"reading {path} needs astropy: pip install astropy, or save it as CSV")
    return Table.read(path)


def _texts(frame, change):
    """A copy of a frame with its texts changed."""
    texts = [column for column in frame.columns if frame[column].dtype.kind not in "iufbM"]
    changed = {c: [change(v) if isinstance(v, str) else v for v in frame[c]] for c in texts}
    return frame.assign(**{c: pd.Series(v, frame.index, object) for c, v in changed.items()})


def _guarded(text):
    """A text that no spreadsheet takes for a formula; our readers take the apostrophe away."""
    return f"'{text}" if re.match(r"'*[=+\-@\t\r]", text) else text


def _write(frame, path):
    """A new CSV file, whole or not at all."""
    remedy = "name a new file with --out"
    if os.path.lexists(path):
        raise ValueError(f"{path} is there, and nothing is replaced; {remedy}")
    place, suffix = os.path.dirname(os.path.abspath(path)), Path(path).suffix.lower()
    if not os.path.isdir(place):
        raise ValueError(f"there is no folder {place}; make it first")
    packed = {".gz": "gzip", ".bz2": "bz2", ".xz": "xz", ".zip": "zip"}.get(suffix)
    # removed when it is closed, whatever happens
    with tempfile.NamedTemporaryFile(dir=place, prefix=".csc_classify-", suffix=".part") as part:
        frame.to_csv(part, index=False, compression=packed)
        part.flush()
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(part.name, 0o666 & ~mask)
        try:
            os.link(part.name, path)
        except FileExistsError:
            raise ValueError(f"{path} is there by now, and nothing is replaced; {remedy}")
        except OSError:  # a file system without links
            part.seek(0)
            with open(path, "xb") as file:
                shutil.copyfileobj(part, file)


def _stop(number, _frame):
    """Ends as a signal asks, so that what is half-written is removed."""
    print("csc_classify: stopped", file=sys.stderr)
    raise SystemExit(128 + number)


def main():
    """The command line."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _stop)
    parser = argparse.ArgumentParser(
        prog="csc_classify", description="Classifies a table of Chandra point sources."
    )
    parser.add_argument("table", help="CSV, Parquet, VOTable, FITS or what else astropy reads")
    parser.add_argument("--out", help="CSV to write, a new file (default: on the terminal)")
    parser.add_argument("--host-limits", action="store_true", help="use the physical limits of galaxies")
    parser.add_argument(
        "--rename", action="append", default=[], metavar="THEIRS=OURS", help="flux_aper_b=flux_b"
    )
    options = parser.parse_args()
    if any("=" not in one for one in options.rename):
        parser.error("--rename is THEIRS=OURS, such as flux_aper_b=flux_b")
    try:
        rename = dict(one.rsplit("=", 1) for one in options.rename)
        table = _read(options.table)
        frame = classify(table, options.host_limits, rename)
        known = {"name", "ra", "dec", *load().model["inputs"]}
        unused = [column for column in table.columns if rename.get(column, column) not in known]
        if unused:
            print(f"csc_classify: not used: {', '.join(unused)}", file=sys.stderr)
        frame = _texts(frame, _guarded)
        if options.out is None:
            frame.to_csv(sys.stdout, index=False)
        else:
            try:
                _write(frame, options.out)
            except OSError as error:
                raise ValueError(
                    f"cannot write {options.out}: {error.strerror}; name a file elsewhere with --out, "
                    "or make room there"
                )
    except BrokenPipeError:  # whoever read the terminal's lines, head for one, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (ValueError, OSError) as error:
        sys.exit(f"csc_classify: {error}")


if __name__ == "__main__":
    main()
