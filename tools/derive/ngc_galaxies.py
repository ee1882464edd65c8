"""Writes data/ngc-galaxies.json: the galaxies of the New General and Index Catalogues.

From OpenNGC, as the package pyongc 1.2.2 ships it. The rule reads no label and no X-ray source:
objects of type galaxy, pair or triplet with a diameter D25 of at least 1 arcmin, a redshift below
10,000 km/s, and not in data/nearby-galaxies.json, whose distances are better.

    pip install pyongc==1.2.2 && python tools/derive/ngc_galaxies.py
"""

import json
import math
import sqlite3
from pathlib import Path

import pyongc

DATA = Path(__file__).parents[2] / "data"
LIGHT_KM_S = 299_792.458
HUBBLE = 70  # km/s/Mpc
NEAREST_KM_S = 150  # below this, velocity says nothing about distance
TYPES = {
    "E": -5, "E-S0": -3, "S0": -2, "S0-a": 0, "Sa": 1, "Sab": 2, "Sb": 3, "Sbc": 4,
    "Sc": 5, "Scd": 6, "Sd": 7, "Sm": 9, "I": 10,
}


def local_group_velocity(velocity, ra, dec):
    """Heliocentric velocity seen from the Local Group's centre (Karachentsev & Makarov 1996)."""
    apex_l, apex_b, speed = math.radians(93), math.radians(-4), 316
    pole_ra, pole_dec, l0 = map(math.radians, (192.85948, 27.12825, 122.93192))
    sin_b = (math.sin(dec) * math.sin(pole_dec)
             + math.cos(dec) * math.cos(pole_dec) * math.cos(ra - pole_ra))
    b = math.asin(sin_b)
    y = math.cos(dec) * math.sin(ra - pole_ra)
    x = (math.sin(dec) * math.cos(pole_dec)
         - math.cos(dec) * math.sin(pole_dec) * math.cos(ra - pole_ra))
    l = l0 - math.atan2(y, x)
    return velocity + speed * (math.sin(b) * math.sin(apex_b)
                               + math.cos(b) * math.cos(apex_b) * math.cos(l - apex_l))


def plain_type(hubble):
    """Numerical Hubble type of a morphology, bars left aside; None where it is unknown."""
    return TYPES.get((hubble or "").replace("SAB", "S").replace("SB", "S").replace("IAB", "I").replace("IB", "I"))


def main():
    listed = json.loads((DATA / "nearby-galaxies.json").read_text())["rows"]
    names = {row[0] for row in listed}
    near = [(row[1], row[2]) for row in listed]

    def is_listed(name, ra, dec):
        return name in names or any(
            abs(dec - d) < 1 / 60 and abs((ra - r + 180) % 360 - 180) * math.cos(math.radians(dec)) < 1 / 60
            for r, d in near
        )

    database = sqlite3.connect(Path(pyongc.__file__).parent / "ongc.db")
    query = (
        "select name, ra, dec, majax, minax, pa, hubble, redshift from objects where type in "
        "('G', 'GPair', 'GTrpl') and majax >= 1 and redshift is not null order by ra"
    )
    rows = []
    for raw, ra, dec, major, minor, angle, hubble, redshift in database.execute(query):
        if redshift * LIGHT_KM_S >= 10_000:
            continue
        name = f"{raw[:3]} {raw[3:].lstrip('0')}" if raw.startswith("NGC") else f"IC {raw[2:].lstrip('0')}" if raw.startswith("IC") else raw
        velocity = local_group_velocity(redshift * LIGHT_KM_S, ra, dec)
        ra, dec = math.degrees(ra), math.degrees(dec)
        if velocity < NEAREST_KM_S or is_listed(name, ra, dec):
            continue
        rows.append([
            name, round(ra, 4), round(dec, 4), round(velocity / HUBBLE, 1), round(major, 2),
            round((minor or major) / major, 2), angle or 0, plain_type(hubble),
        ])
    head = {
        "about": "Galaxies of the New General and Index Catalogues with D25 of at least 1 arcmin and a "
        "redshift below 10,000 km/s that are not in nearby-galaxies.json. Distances from velocities "
        "in the frame of the Local Group with 70 km/s/Mpc: good to 30 per cent beyond 15 Mpc, worse "
        "nearer. Chosen by this rule alone; no label and no X-ray source had a part in it.",
        "references": [
            "OpenNGC by Mattia Verga, as shipped in pyongc 1.2.2 (https://github.com/mattiaverga/OpenNGC)",
            "Karachentsev & Makarov 1996: motion of the Sun in the Local Group (doi:10.1086/117825)",
        ],
        "licence": "CC-BY-SA-4.0, as OpenNGC, from which these rows are derived",
        "columns": ["name", "ra_deg", "dec_deg", "distance_mpc", "d25_arcmin", "axis_ratio",
                    "position_angle_deg", "type_t"],
    }
    lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
    text = json.dumps(head, indent=2)[:-2] + f',\n  "rows": [\n{lines}\n]}}\n'
    (DATA / "ngc-galaxies.json").write_text(text)
    print(f"{len(rows)} galaxies")


if __name__ == "__main__":
    main()
