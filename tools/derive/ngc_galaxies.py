"""Writes packages/chandra-sources/data/ngc-galaxies.json, and the distances of packages/chandra-sources/data/nearby-galaxies.json.

The rule reads no label and no X-ray source: objects of type galaxy, pair or triplet of OpenNGC with
a diameter D25 of at least 1 arcmin and a redshift below 10,000 km/s that are not in
packages/chandra-sources/data/nearby-galaxies.json.

- Distance: the best distance of Ohlson et al. 2024, with its error, for galaxies within an
  arcminute of one of theirs (facts, with the citation; their table has no licence and is not
  copied). Elsewhere the velocity field of Mould et al. 2000 (Virgo, Great Attractor, Shapley) with
  the Hubble constant of Cosmicflows-4; its error is a peculiar velocity of 400 km/s.
- Diameter and axis ratio: RC3's, as the package oracowl carries them; where it has none OpenNGC's,
  unless the Siena Galaxy Atlas, brought to RC3's scale, differs by more than a factor of 1.6, then
  the atlas': of galaxies with all three, RC3 is nearer to the atlas in 25 of 35 such cases.
- Type: OpenNGC's, but for starburst dwarfs that it calls lenticular Ohlson et al.'s.

    pip install pyongc==1.2.2 oracowl==1.0.1 ngcs==0.1.0 pandas pyarrow astropy
    python tools/derive/ngc_galaxies.py catalog_short.fits   # of davidohlson/50MGC, see published-files.json
"""

import ast
import json
import math
import re
import sqlite3
import sys
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import pandas
from astropy.io import fits

DATA = Path(__file__).parents[2] / "data"
LIGHT_KM_S = 299_792.458
HUBBLE = 74.6  # km/s/Mpc, Cosmicflows-4, Tully et al. 2023 (doi:10.3847/1538-4357/ac94d8)
PECULIAR_KM_S = 400
NEAREST_KM_S = 150  # below this, velocity says nothing about distance
TYPES = {
    "E": -5, "E-S0": -3, "S0": -2, "S0-a": 0, "Sa": 1, "Sab": 2, "Sb": 3, "Sbc": 4,
    "Sc": 5, "Scd": 6, "Sd": 7, "Sm": 9, "I": 10,
}
# starburst dwarfs, lenticular in OpenNGC or RC3: types of Ohlson et al. 2024. Elsewhere the two differ
# either way (NGC 3125 is -5 there, and full of Wolf-Rayet stars), so no others are taken
STARBURSTS = {"ESO495-021": 9, "NGC 1705": 9, "IC 691": 10, "IC 3718": 8}

# Mould et al. 2000, Table A1 (doi:10.1086/308304), positions brought from B1950 to J2000: RA, Dec,
# velocity in the Local Group's frame, infall at the Local Group, radius in degrees, and the
# heliocentric velocities of what lies inside: that is where the attractor is
ATTRACTORS = (
    (187.71, 12.39, 957, 200, 10, 600, 2300),
    (200.70, -44.26, 4380, 400, 10, 2600, 6600),
    (203.20, -31.25, 13600, 85, 12, 10000, 16000),
)
# of the hand-made list; Ohlson et al. have a velocity for these, or the literature disagrees
BY_HAND = {
    "NGC 5643": (12.5, 0.1, "Cepheids and TRGB, in place of a velocity"),
    "NGC 1433": (10.0, 0.5, "in doubt: 8 to 19 Mpc"),
    "NGC 1512": (11.6, 0.5, "in doubt: 8 to 19 Mpc"),
    "NGC 1672": (20.2, 0.48, "Ohlson et al. 2024, from a velocity"),
}


def is_measured(distance, error):
    """Whether a distance of Ohlson et al. is no velocity's: those have errors of 4 to 9 Mpc."""
    return error <= 0.15 and distance * error < 3.5


def galactic(ra, dec):
    """Galactic longitude and latitude, radians, of a position in radians."""
    pole_ra, pole_dec, l0 = map(math.radians, (192.85948, 27.12825, 122.93192))
    sin_b = (math.sin(dec) * math.sin(pole_dec)
             + math.cos(dec) * math.cos(pole_dec) * math.cos(ra - pole_ra))
    y = math.cos(dec) * math.sin(ra - pole_ra)
    x = (math.sin(dec) * math.cos(pole_dec)
         - math.cos(dec) * math.sin(pole_dec) * math.cos(ra - pole_ra))
    return l0 - math.atan2(y, x), math.asin(sin_b)


def local_group_velocity(velocity, ra, dec):
    """Heliocentric velocity seen from the Local Group's centre (Yahil et al. 1977, as in Mould et al.)."""
    l, b = galactic(math.radians(ra), math.radians(dec))
    return velocity + (296 * math.sin(l) - 79 * math.cos(l)) * math.cos(b) - 36 * math.sin(b)


def cosmic_velocity(velocity, ra, dec):
    """Velocity of the Hubble flow alone: equations 1 to 3 of Mould et al. 2000, density as 1/r^2."""
    observed = local_group_velocity(velocity, ra, dec)
    total = observed
    for a_ra, a_dec, v_a, infall, radius, low, high in ATTRACTORS:
        sines = math.sin(math.radians(dec)) * math.sin(math.radians(a_dec))
        cosines = math.cos(math.radians(dec)) * math.cos(math.radians(a_dec))
        cos_angle = sines + cosines * math.cos(math.radians(ra - a_ra))
        if cos_angle > math.cos(math.radians(radius)) and low < velocity < high:
            return v_a + infall
        apart = math.sqrt(observed**2 + v_a**2 - 2 * observed * v_a * cos_angle)
        total += infall * (cos_angle + (observed - v_a * cos_angle) / apart * v_a / apart)
    return total


def plain_type(hubble):
    """Numerical Hubble type of a morphology, bars left aside; None where it is unknown."""
    return TYPES.get((hubble or "").replace("SAB", "S").replace("SB", "S").replace("IAB", "I").replace("IB", "I"))


def plain_name(raw):
    """`NGC0048` as `NGC 48`."""
    match = re.fullmatch(r"(NGC|IC)0*(\d+.*)", raw)
    return f"{match[1]} {match[2]}" if match else raw


class Ohlson:
    """Distances and types of the 50 Mpc Galaxy Catalog, found by position."""

    def __init__(self, path):
        table = fits.open(path)[1].data
        self.ra, self.dec = table["ra"], table["dec"]
        self.distance, self.error = table["bestdist"], table["bestdist_error"]

    def at(self, ra, dec, within=1 / 60):
        """Distance and its error as a share of it of the galaxy at a position; or None."""
        east = abs((self.ra - ra + 180) % 360 - 180) * math.cos(math.radians(dec))
        apart = (east**2 + (self.dec - dec) ** 2) ** 0.5
        row = int(apart.argmin())
        if apart[row] > within or not self.distance[row] > 0:
            return None
        share = float(self.error[row] / self.distance[row])
        return float(self.distance[row]), max(share, 0.02) if share > 0 else 0.2


def rc3_sizes():
    """Diameter (arcmin) and axis ratio by name, of the package's list of bright galaxies."""
    text = (Path(find_spec("oracowl").submodule_search_locations[0]) / "dso_db.py").read_text()
    units = {"°": 60, "'": 1, '"': 1 / 60}
    sizes = {}
    for entry in ast.literal_eval(text.partition("=")[2].strip()):
        axes = [float(n) * units[u] for n, u in re.findall(r"([\d.]+)([°'\"])", entry["size_string"] or "")]
        if len(axes) == 2 and entry["dso_type_id"] == "GALXY":
            sizes[entry["main_name"]] = axes[0], axes[1] / axes[0]
    return sizes


def atlas_sizes():
    """Diameter (arcmin) at 26 mag/arcsec2 in r of the Siena Galaxy Atlas 2020, by name."""
    folder = Path(find_spec("ngcs").submodule_search_locations[0])
    table = pandas.read_parquet(folder / "data/sga2020_catalog_of_ngcs.parquet")
    return {plain_name(name): 2 * sma / 60 for name, sma in zip(table["Name"], table["SMASB26"]) if sma > 0}


def hand_distances(ohlson):
    """The hand-made list with an error for each distance, and Ohlson et al.'s where it is not a velocity's."""
    text = (DATA / "nearby-galaxies.json").read_text()
    rows = json.loads(text)["rows"]
    for row in rows:
        name, ra, dec, distance = row[:4]
        known = ohlson.at(ra, dec, 1.5 / 60)
        error = 0.2
        if name in BY_HAND:
            distance, error, _ = BY_HAND[name]
        elif known and is_measured(*known):
            distance, error = known
        row[7] = STARBURSTS.get(name, row[7])
        row[3] = float(f"{distance:.3g}")
        row[8:] = [round(error, 2)]
    head = text[:text.index('"rows"')].replace('"type_t"]', '"type_t", "distance_error"]')
    lines = ",\n".join("    " + json.dumps(row, ensure_ascii=False) for row in rows)
    (DATA / "nearby-galaxies.json").write_text(f'{head}"rows": [\n{lines}\n  ]\n}}\n')
    return rows


def galaxies(listed, ohlson):
    names = {row[0] for row in listed}
    near = [(row[1], row[2]) for row in listed]

    def is_listed(name, ra, dec):
        return name in names or any(
            abs(dec - d) < 1 / 60 and abs((ra - r + 180) % 360 - 180) * math.cos(math.radians(dec)) < 1 / 60
            for r, d in near
        )

    database = sqlite3.connect(Path(find_spec("pyongc").submodule_search_locations[0]) / "ongc.db")
    query = (
        "select name, ra, dec, majax, minax, pa, hubble, redshift from objects where type in "
        "('G', 'GPair', 'GTrpl') and majax >= 1 and redshift is not null order by ra"
    )
    sizes, atlas = rc3_sizes(), atlas_sizes()
    found = list(database.execute(query))
    types = {plain_name(row[0]): plain_type(row[6]) for row in found}

    def is_late(type_t):
        return type_t is not None and type_t > 2

    # the atlas measures in r and deeper: more so what is red
    atlas_over_rc3 = {
        late: median(
            atlas[name] / d25 for name, (d25, _) in sizes.items()
            if name in atlas and name in types and is_late(types[name]) == late
        )
        for late in (True, False)
    }
    flow_over_ohlson = []
    counts = dict.fromkeys(("ohlson", "flow", "rc3", "openngc", "atlas"), 0)
    for raw, ra, dec, major, minor, angle, hubble, redshift in found:
        velocity, name = redshift * LIGHT_KM_S, plain_name(raw)
        ra, dec = math.degrees(ra), math.degrees(dec)
        if velocity >= 10_000 or is_listed(name, ra, dec):
            continue
        known, type_t = ohlson.at(ra, dec), STARBURSTS.get(name, plain_type(hubble))
        flow = cosmic_velocity(velocity, ra, dec)
        if known:
            distance, error = known
            if is_measured(distance, error) and flow > NEAREST_KM_S:
                flow_over_ohlson.append(flow / HUBBLE / distance)
        else:
            if flow < NEAREST_KM_S:
                continue
            distance, error = flow / HUBBLE, PECULIAR_KM_S / flow
        counts["ohlson" if known else "flow"] += 1
        ratio = (minor or major) / major
        scaled = atlas[name] / atlas_over_rc3[is_late(type_t)] if name in atlas else major
        if name in sizes:
            major, ratio = sizes[name]
            counts["rc3"] += 1
        elif abs(math.log10(scaled / major)) > 0.2:
            major = scaled
            counts["atlas"] += 1
        else:
            counts["openngc"] += 1
        yield name, ra, dec, distance, error, major, ratio, angle or 0, type_t
    off = sum(abs(ratio - 1) > 0.3 for ratio in flow_over_ohlson) / len(flow_over_ohlson)
    scatter = 1.4826 * median(abs(math.log10(ratio / median(flow_over_ohlson))) for ratio in flow_over_ohlson)
    print(counts, "atlas over RC3, late and early:", {k: round(v, 3) for k, v in atlas_over_rc3.items()})
    print(f"velocity field over {len(flow_over_ohlson)} measured distances: median "
          f"{median(flow_over_ohlson):.3f}, scatter {scatter:.3f} dex, {off:.1%} off by more than 30 %")


def packed(rows):
    """Whole numbers by column: a third smaller than rows, see `galaxies` in packages/chandra-sources/objects.ts."""
    def name(text):
        match = re.fullmatch(r"(NGC|IC) (\d+)", text)
        return text if not match else int(match[2]) * (1 if match[1] == "NGC" else -1)

    ra = [round(row[1] * 1000) for row in rows]
    return {
        "name": [name(row[0]) for row in rows],
        "ra_step": [b - a for a, b in zip([0, *ra], ra)],
        "dec": [round(row[2] * 1000) for row in rows],
        "distance_mpc": [float(f"{row[3]:.3g}") if row[3] < 100 else round(row[3]) for row in rows],
        "distance_error": [min(99, round(100 * row[4])) for row in rows],
        "d25_arcmin": [round(row[5] * 10) / 10 if row[5] >= 10 else round(row[5], 2) for row in rows],
        "axis_ratio": [round(100 * row[6]) for row in rows],
        "position_angle_deg": [round(row[7]) for row in rows],
        "type_t": [row[8] for row in rows],
    }


HEAD = {
    "about": "Galaxies of the New General and Index Catalogues with D25 of at least 1 arcmin and a "
    "redshift below 10,000 km/s that are not in nearby-galaxies.json, chosen by this rule alone; no "
    "label and no X-ray source had a part in it. By column, the same galaxy at the same place: name "
    "(n for NGC n, -n for IC n, or a text), right ascension as the step from the galaxy before it "
    "and declination (0.001 degree), distance (Mpc) and its 1 sigma error (per cent), D25 (arcmin), "
    "axis ratio (per cent), position angle (degrees), type. Made by tools/derive/ngc_galaxies.py, "
    "which has the rules.",
    "references": [
        "OpenNGC by Mattia Verga, as shipped in pyongc 1.2.2 (https://github.com/mattiaverga/OpenNGC)",
        "Ohlson et al. 2024, 50 Mpc Galaxy Catalog: distances, errors, some types (doi:10.3847/1538-3881/acf7bc)",
        "Mould et al. 2000: the velocity field elsewhere (doi:10.1086/308304)",
        "Tully et al. 2023, Cosmicflows-4: its Hubble constant (doi:10.3847/1538-4357/ac94d8)",
        "de Vaucouleurs et al. 1991, RC3: diameters and axis ratios of the brightest, as shipped in oracowl 1.0.1 (doi:10.1007/978-1-4757-4363-0)",
        "Moustakas et al. 2023, Siena Galaxy Atlas 2020: diameters where OpenNGC's differ by more than a factor of 1.6, as shipped in ngcs 0.1.0 (doi:10.3847/1538-4365/acfaa2)",
    ],
    "licence": "CC-BY-SA-4.0, as OpenNGC, from which these rows are derived",
}


def main(path):
    ohlson = Ohlson(path)
    rows = sorted(galaxies(hand_distances(ohlson), ohlson), key=lambda row: row[1])
    lines = ",\n".join(
        f'"{column}": {json.dumps(values, separators=(",", ":"))}' for column, values in packed(rows).items()
    )
    text = json.dumps(HEAD, indent=2)[:-2] + f',\n"columns": {{\n{lines}\n}}\n}}\n'
    (DATA / "ngc-galaxies.json").write_text(text)
    print(f"{len(rows)} galaxies")


if __name__ == "__main__":
    main(sys.argv[1])
