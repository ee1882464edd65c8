"""Writes one small table in many formats with astropy, pandas and pyarrow, and what they read back.

Usage: python python_tables.py FOLDER. FOLDER/expected.json maps each file to its columns: units and
cells as the library that wrote the file reads them (integers of 64 bits as text, missing as null).
"""
import gzip
import json
import sys
import warnings

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
from astropy import units as u
from astropy.io import ascii, fits
from astropy.io.votable import from_table, parse_single_table, writeto
from astropy.table import MaskedColumn, Table

warnings.simplefilter("ignore")
folder = sys.argv[1]
expected = {}
NAMES = ["2CXO J103200.0-573000", "Zed 2, \"b\"", "#3", "Sgr A*"]
ID = [1234567890123456783, 1234567890123456789, -5, 9007199254740993]
table = Table({
    "name": NAMES,
    "ra": np.array([158.0, 0.0, 266.41667, 12.25]),
    "dec": np.array([-57.5, -0.0, -29.00781, 45.0]),
    "flux_b": MaskedColumn([1e-14, 2.5e-15, 3e-12, 0.0], mask=[0, 0, 0, 1]),
    "id": np.array(ID),
    "n": MaskedColumn(np.array([1, 2, 3, -7], dtype=np.int32), mask=[0, 1, 0, 0]),
    "good": np.array([True, False, True, True]),
})
for name, unit in {"ra": u.deg, "dec": u.deg, "flux_b": u.erg / u.s / u.cm**2}.items():
    table[name].unit = unit


def plain(value):
    """A cell as JSON has it."""
    if value is None or value is pd.NA or np.ma.is_masked(value):
        return None
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return str(value) if abs(int(value)) > 2**53 else int(value)
    if isinstance(value, np.ndarray):
        return "".join(letter or " " for letter in value)
    if isinstance(value, (float, np.floating)):
        return None if np.isnan(value) else float(value)
    if hasattr(value, "as_tuple"):
        return float(value)
    return str(value).strip()


def expect(file, read, form="generic"):
    """Takes note of what a file holds."""
    columns = {}
    for name in read.colnames:
        unit = read[name].unit
        columns[name] = {
            "unit": unit.to_string(form) if form and unit is not None else None,
            "cells": [plain(value) for value in read[name]],
        }
    expected[file] = columns


def frame(file, read):
    columns = {name: {"unit": None, "cells": [plain(v) for v in read[name]]} for name in read}
    expected[file] = columns


for delimiter, file in [(" ", "blank.ecsv"), (",", "comma.ecsv")]:
    table.write(f"{folder}/{file}", format="ascii.ecsv", delimiter=delimiter)
    expect(file, table)  # astropy itself takes the row of "#3" for a comment
tame = table["name", "ra", "dec", "flux_b", "id"].copy()
tame["name"] = ["Zed1", "Zed2", "Zed3", "Zed4"]
for form, file in [
    ("ipac", "ipac.tbl"), ("csv", "plain.csv"), ("tab", "plain.tsv"), ("basic", "basic.txt"),
    ("commented_header", "commented.txt"), ("rdb", "table.rdb"), ("fixed_width", "bars.txt"),
    ("fixed_width_two_line", "two-line.txt"), ("mrt", "table.mrt"),
]:
    ascii.write(tame, f"{folder}/{file}", format=form, overwrite=True)
    expect(file, ascii.read(f"{folder}/{file}", format=form, guess=False),
           {"ipac": "generic", "mrt": "cds"}.get(form))
ascii.write(tame, f"{folder}/commented.csv", format="commented_header", delimiter=",")
expect("commented.csv", ascii.read(f"{folder}/commented.csv", format="commented_header",
                                   delimiter=",", guess=False), None)
for form in ["tabledata", "binary", "binary2"]:
    file = f"{form}.vot"
    # BINARY has no way to leave an integer out but by a null
    whole = table.filled(0) if form == "binary" else table
    writeto(from_table(whole), f"{folder}/{file}", tabledata_format=form)
    expect(file, parse_single_table(f"{folder}/{file}").to_table(), "vounit")
table.write(f"{folder}/table.fits", format="fits")
expect("table.fits", Table.read(f"{folder}/table.fits"), "fits")
with open(f"{folder}/table.fits", "rb") as plain_file:
    whole = plain_file.read()
with open(f"{folder}/members.fits.gz", "wb") as packed:
    packed.write(gzip.compress(whole[:3000]) + gzip.compress(whole[3000:]))
expected["members.fits.gz"] = expected["table.fits"]

columns = [
    fits.Column("NAME", "PA()", array=np.array(["Zed 1", "Zed 22", ""], dtype=object)),
    fits.Column("U64", "K", array=np.array([15, 16, 2**64 - 1], dtype=np.uint64), bzero=2**63),
    fits.Column("U32", "J", array=np.array([15, 16, 2**32 - 1], dtype=np.uint32), bzero=2**31),
    fits.Column("U16", "I", array=np.array([15, 16, 65535], dtype=np.uint16), bzero=2**15),
    fits.Column("I8", "B", array=np.array([-128, 0, 127], dtype=np.int8), bzero=-128),
    fits.Column("SCALED", "I", array=np.array([10, 20, 25], dtype=np.int16), unit="mag"),
    fits.Column("RA", "D", array=np.array([1.0, np.nan, 3.0]), unit="deg"),
]
numbers = fits.BinTableHDU.from_columns(columns, name="SRC")
gti = fits.BinTableHDU.from_columns([fits.Column("START", "D", array=np.array([1.0, 2.0]))],
                                    name="GTI")
numbers.header["TSCAL6"] = 0.1
numbers.header["TZERO6"] = 0.5
fits.HDUList([fits.PrimaryHDU(), gti, numbers]).writeto(f"{folder}/numbers.fits")
with fits.open(f"{folder}/numbers.fits", uint=True) as hdus:
    data = hdus["SRC"].data
    expected["numbers.fits"] = {
        column.name: {"unit": column.unit or None, "cells": [plain(v) for v in data[column.name]]}
        for column in hdus["SRC"].columns
    }
lines = fits.TableHDU.from_columns([
    fits.Column("name", "A8", array=np.array(["Zed 1", "Zed 22"])),
    fits.Column("ra", "F10.5", array=np.array([10.5, 11.25]), unit="deg"),
    fits.Column("flux_b", "E12.4", array=np.array([1.5e-14, 2.5e-14])),
    fits.Column("flux_h", "D12.4", array=np.array([1.5e-14, 2.5e-14])),
    fits.Column("n", "I4", array=np.array([-7, 12])),
])
lines.writeto(f"{folder}/lines.fits")
expect("lines.fits", Table.read(f"{folder}/lines.fits"), "fits")

wide = pa.table({
    "name": pa.array(NAMES),
    "ra": pa.array([158.0, 0.0, 266.41667, None]),
    "id": pa.array(ID),
    "uid": pa.array([2**64 - 1, 2**63, 3, None], pa.uint64()),
    "small": pa.array([1, None, 3, -4], pa.int16()),
    "half": pa.array(np.array([1.5, 2.5, 3.5, 0.25], dtype=np.float16)),
    "single": pa.array([1.5, 2.5, None, 0.1], pa.float32()),
    "money": pa.array([None, 1, 2, 3], pa.decimal128(12, 3)),
    "bytes": pa.array([b"Zed 1", b"Zed 2", None, b""], pa.binary()),
    "large": pa.array(NAMES, pa.large_string()),
    "kind": pa.array(["AGN", "CV", None, "AGN"]).dictionary_encode(),
    "good": pa.array([True, False, None, True]),
    "list": pa.array([[1.0, 2.0], [], None, [3.0]]),
    "thing": pa.array([{"a": 1}, {"a": 2}, None, {"a": 3}]),
    "day": pa.array([0, 1, None, 20000], pa.date32()),
    "nothing": pa.nulls(4),
})
cells = {name: {"unit": None, "cells": [plain(v) for v in wide[name].to_pylist()]}
         for name in wide.column_names if name not in ("list", "thing", "day")}
for packing in ["none", "snappy", "gzip", "brotli", "zstd", "lz4"]:
    pq.write_table(wide, f"{folder}/{packing}.parquet", compression=packing, row_group_size=3)
    expected[f"{packing}.parquet"] = cells
pq.write_table(wide, f"{folder}/second.parquet", data_page_version="2.0", use_dictionary=False)
expected["second.parquet"] = cells
for packing in ["uncompressed", "lz4", "zstd"]:
    feather.write_feather(wide, f"{folder}/{packing}.arrow", compression=packing, chunksize=3)
    expected[f"{packing}.arrow"] = cells
pandas = tame.to_pandas()
pandas.to_parquet(f"{folder}/pandas.parquet")
frame("pandas.parquet", pd.read_parquet(f"{folder}/pandas.parquet"))
pandas.to_csv(f"{folder}/pandas.csv", index=False)
frame("pandas.csv", pd.read_csv(f"{folder}/pandas.csv"))
pandas.to_csv(f"{folder}/utf16.csv", index=False, encoding="utf-16")
frame("utf16.csv", pandas)

with open(f"{folder}/expected.json", "w") as file:
    json.dump(expected, file)
