"""Packs a model folder and its csc_classify.py as a wheel: wheel.py MODEL_FOLDER TO_FOLDER VERSION

The same folder gives the same bytes. Prints the name of the file.
"""
import base64
import hashlib
import sys
import zipfile
from pathlib import Path

model, target, version = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
info = f"csc_classify-{version}.dist-info"
texts = {
    "METADATA": f"""Metadata-Version: 2.1
Name: csc-classify
Version: {version}
Summary: Classes of Chandra point sources, with the classifier of csc-classify
License: MIT
Requires-Python: >=3.10
Requires-Dist: numpy
Requires-Dist: pandas
Requires-Dist: lightgbm>=4
Provides-Extra: astropy
Requires-Dist: astropy; extra == 'astropy'
""",
    "WHEEL": "Wheel-Version: 1.0\nGenerator: csc-classify\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    "entry_points.txt": "[console_scripts]\ncsc-classify = csc_classify:main\n",
}
files = {
    "csc_classify/__init__.py": (model / "csc_classify.py").read_bytes(),
    "csc_classify/__main__.py": b"from csc_classify import main\n\nmain()\n",
}
for name in ("pipeline.json", "lightgbm.txt", "likeness.json", "training.csv", "SHA256SUMS"):
    files[f"csc_classify/{name}"] = (model / name).read_bytes()
files.update({f"{info}/{name}": text.encode() for name, text in texts.items()})


def digest(content):
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


record = [f"{name},sha256={digest(content)},{len(content)}\n" for name, content in files.items()]
files[f"{info}/RECORD"] = "".join([*record, f"{info}/RECORD,,\n"]).encode()
path = target / f"csc_classify-{version}-py3-none-any.whl"
with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as wheel:
    for name, content in files.items():
        member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        member.compress_type, member.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
        wheel.writestr(member, content)
print(path.name)
