"""A whole cross-validation by native LightGBM: python whole_run.py FOLDER SEED THREADS.

Scaling, class weights, fits and predictions as in our pipeline; prints seconds a fold by the clock.
"""
import json
import os
import sys
import time

import lightgbm
import numpy as np

folder, seed, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
features, labels, folds = (np.load(f"{folder}/{name}.npy") for name in ("features", "labels", "folds"))
parameters = json.loads(os.environ["LIGHTGBM_PARAMETERS"])
parameters |= {"objective": "multiclass", "num_class": 8, "verbosity": -1, "seed": seed}
probabilities = np.empty((len(labels), 8))
start = time.perf_counter()
for fold in np.unique(folds):
    held = folds == fold
    low, high = np.nanmin(features[~held], axis=0), np.nanmax(features[~held], axis=0)
    scaled = (features - low) / np.where(high > low, high - low, 1)
    counts = np.bincount(labels[~held], minlength=8)
    weights = np.exp(0.07 * (~held).sum() / np.maximum(counts, 1))
    data = lightgbm.Dataset(scaled[~held], labels[~held], weight=weights[labels[~held]])
    booster = lightgbm.train(parameters | {"num_threads": threads}, data)
    probabilities[held] = booster.predict(scaled[held], num_threads=threads)
print((time.perf_counter() - start) / len(np.unique(folds)))
