"""FLAML's cost-frugal search on exported folds: python flaml_search.py FOLDER SEED CPU_SECONDS."""
import json
import os
import sys
import time
import warnings

# before the first import of NumPy: one thread for everything
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
warnings.filterwarnings("ignore")

import lightgbm
import numpy as np
from flaml import CFO, tune
from sklearn.metrics import f1_score

folder, seed, limit = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
load = lambda name: np.load(f"{folder}/{name}.npy")
features, labels, folds = load("features"), load("labels"), load("folds")
space = json.loads(os.environ["SPACE"])
trace, began = [], time.process_time()


class Spent(BaseException):
    pass


def score(settings):
    if time.process_time() - began > limit:
        raise Spent
    settings = dict(settings)
    power = settings.pop("class_weight_power")
    parameters = {"objective": "multiclass", "num_class": 8, "num_threads": 1, "verbosity": -1}
    parameters |= {"is_unbalance": True, "force_col_wise": True, "deterministic": True, "seed": seed}
    predicted = np.empty_like(labels)
    for fold in np.unique(folds):
        held = folds == fold
        counts = np.bincount(labels[~held], minlength=8)
        weights = ((~held).sum() / np.maximum(counts, 1)) ** power
        data = lightgbm.Dataset(features[~held], labels[~held], weight=weights[labels[~held]])
        booster = lightgbm.train(parameters | settings, data)
        predicted[held] = booster.predict(features[held], num_threads=1).argmax(axis=1)
    found = f1_score(labels, predicted, labels=range(8), average="macro", zero_division=0)
    trace.append([time.process_time() - began, found])
    return {"score": found}


def domain(of):
    if of["whole"]:
        return tune.lograndint(of["least"], of["greatest"] + 1)
    return (tune.loguniform if of["log"] else tune.uniform)(of["least"], of["greatest"])


start = {name: of["start"] for name, of in space.items()}
search = CFO(
    metric="score",
    mode="max",
    space={name: domain(of) for name, of in space.items()},
    low_cost_partial_config={name: start[name] for name in ("num_iterations", "num_leaves")},
    points_to_evaluate=[start],
    seed=seed,
)
try:
    tune.run(score, search_alg=search, num_samples=-1, time_budget_s=20 * limit, verbose=0)
except Spent:
    pass
print(json.dumps(trace))
