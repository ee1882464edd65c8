"""Writes what astropy, cdspyreadme and mocpy write of a catalogue: publish.py FOLDER JOB.json

The job has columns (name, type, unit, ucd, description), head (texts) and the paths of the VOTable to
read. Every column of every product follows from that list.
"""
import json, os, sys, warnings

import numpy as np
from astropy.io import fits
from astropy.table import Column, MaskedColumn, Table

warnings.simplefilter("ignore")
folder, job = sys.argv[1], json.load(open(sys.argv[2]))
columns, head = job["columns"], job["head"]
table = Table.read(job["votable"], format="votable", table_id=0)


def ascii_text(text):
    """What FITS and CDS tables can hold: other characters, line feeds among them, as \\uXXXX."""
    return "".join(c if " " <= c <= "~" else f"\\u{ord(c):04x}" for c in str(text))


def texts(data):
    return np.array([ascii_text(value) for value in np.ma.filled(data, "")])


# FITS: one binary table; nulls are NaN, blank, a zero byte, or the least integer
units = {"": None}
hdu_columns = []
for column in columns:
    data = table[column["name"]]
    if column["type"] == "double":
        values, form, null = np.ma.filled(data, np.nan).astype("f8"), "D", None
    elif column["type"] == "integer":
        values, form, null = np.ma.filled(data, -(2**31)).astype("i4"), "J", -(2**31)
    elif column["type"] == "boolean":
        values, form, null = np.ma.filled(data, False).astype(bool), "L", None
    else:
        values = texts(data)
        form, null = f"{max(1, max((len(v) for v in values), default=1))}A", None
    hdu_columns.append(fits.Column(name=column["name"], format=form, unit=column["unit"] or None, array=values, null=null))
hdu = fits.BinTableHDU.from_columns(hdu_columns, name="SOURCES")
raw = hdu.data.view(np.ndarray)
for column in columns:
    if column["type"] == "boolean":  # astropy has no way to say that a logical is not known
        raw[column["name"]][np.ma.getmaskarray(table[column["name"]])] = 0
for i, column in enumerate(columns, 1):
    hdu.header[f"TCOMM{i}"] = ascii_text(column["description"])
    if column["ucd"]:
        hdu.header[f"TUCD{i}"] = column["ucd"]
hdu.header["RADESYS"] = "ICRS"
primary = fits.PrimaryHDU()
for keyword in ("TITLE", "AUTHOR", "LICENSE", "VERSION"):
    primary.header[keyword] = ascii_text(head[keyword.lower()])
primary.header["SIMULATE"] = (head["simulated"], "whether the sources are simulated")
for line in job["provenance"]:
    primary.header["HISTORY"] = ascii_text(line)
fits.HDUList([primary, hdu]).writeto(f"{folder}/catalogue.fits", overwrite=True, checksum=True)

# CDS: fixed width, to the digits that mean something, as in packages/vo-tables/csv-line.ts
from cdspyreadme import CDSTablesMaker



def decimals(column):
    if column["unit"] == "deg":
        return 6
    return 5 if column["ucd"].startswith("stat.probability") else 8


shown = Table()
for column in columns:
    data, text = table[column["name"]], column["description"]
    if column["type"] == "boolean":
        data = MaskedColumn(np.ma.filled(data, False).astype(int), mask=np.ma.getmaskarray(data))
        text = f"[0/1] {text}"
    elif column["type"] == "text":
        data = MaskedColumn(texts(data), mask=texts(data) == "")
    elif column["type"] == "double":
        values = np.ma.filled(data, np.nan).astype("f8")
        digits = decimals(column)
        data = MaskedColumn(np.round(values, digits), mask=~np.isfinite(values))
    else:
        data = MaskedColumn(data)
    data.description = text
    if column["unit"]:
        data.unit = column["unit"]
    if not np.all(np.ma.getmaskarray(data)):  # the format has no column without a value
        shown[column["name"]] = data
maker = CDSTablesMaker(outfolder=folder, license=head["license"])
head = {key: ascii_text(value) if isinstance(value, str) else value for key, value in head.items()}
maker.title, maker.author, maker.authors = head["title"], head["author"], head["author"]
maker.catalogue, maker.date, maker.keywords = "", head["date"][:4], head["keywords"]
maker.bibcode = "Version " + head["version"]
maker.abstract, maker.more_description = head["description"], head["about"]
cds = maker.addTable(shown, name="catalog.dat", description=head["title"])
for column in columns:
    if column["type"] != "double" or column["name"] not in shown.colnames:
        continue
    values = np.ma.compressed(shown[column["name"]])
    digits = decimals(column)
    width = max(len(f"{v:.{digits}f}") for v in values)
    cds.get_column(column["name"]).set_format(f"F{width}.{digits}")
maker.writeCDSTables()
with open(f"{folder}/ReadMe", "w") as readme:
    maker.makeReadMe(out=readme)

# sky coverage: HEALPix cells of order 8 (14 arcmin) with a source
from astropy import units as u
from mocpy import MOC

moc = MOC.from_lonlat(table["ra"].astype("f8").data * u.deg, table["dec"].astype("f8").data * u.deg, max_norder=8)
# the form of MOC 1.1, which MOC 2 readers take too
moc.save(f"{folder}/coverage.fits", format="fits", pre_v2=True, overwrite=True)
moc.save(f"{folder}/coverage.txt", format="ascii", overwrite=True)
coarse = moc.degrade_to_order(6).to_string("ascii").replace("\n", " ")  # enough for a registry
print(json.dumps({"skyFraction": moc.sky_fraction, "moc": coarse}))
