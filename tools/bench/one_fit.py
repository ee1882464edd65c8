"""Fits one model on one fold in a process of its own: python one_fit.py FOLDER MODEL SEED [SIZE]."""

import json
import os
import resource
import sys
import time

# before the first import of NumPy: one thread for everything
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np

folder, model, seed = sys.argv[1], sys.argv[2], int(sys.argv[3])
load = lambda name: np.load(f"{folder}/{name}.npy")
sample = "weighted" if model == "lightgbm" else "imputed" if model == "smote" else "oversampled"
n_classes = lambda labels: int(labels.max()) + 1
features, labels, held = load(f"{sample}-features"), load(f"{sample}-labels"), load(f"{sample}-held")


class Lightgbm:
    def __init__(self, n_rounds):
        self.n_rounds = n_rounds

    def fit(self, features, labels):
        # the Booster itself: the scikit-learn wrapper adds work of its own
        parameters = json.loads(os.environ["LIGHTGBM_PARAMETERS"])
        parameters |= {"objective": "multiclass", "num_class": n_classes(labels), "num_threads": 1, "verbosity": -1}
        parameters |= {"seed": seed, "num_iterations": self.n_rounds}
        data = lightgbm.Dataset(features, labels, weight=load("weighted-weights"))
        self.booster = lightgbm.train(parameters, data)

    def predict_proba(self, features):
        return self.booster.predict(features, num_threads=1)


class Smote:
    def fit(self, features, labels):
        SMOTE(k_neighbors=4, random_state=seed).fit_resample(features, labels)

    def predict_proba(self, features):
        return np.zeros((len(features), n_classes(labels)))


if model == "rf":
    from sklearn.ensemble import RandomForestClassifier

    make = lambda size=400: RandomForestClassifier(size, max_depth=30, n_jobs=1, random_state=seed)
elif model == "gbdt":
    from sklearn.ensemble import GradientBoostingClassifier

    make = lambda size=100: GradientBoostingClassifier(
        n_estimators=size, learning_rate=0.1, max_depth=3, random_state=seed
    )
elif model == "mlp":
    from sklearn.neural_network import MLPClassifier

    # as ours: one hidden layer, no penalty, no early end
    make = lambda size=10: MLPClassifier(
        64, alpha=0, batch_size=256, learning_rate_init=0.01, max_iter=size,
        n_iter_no_change=10**6, random_state=seed,
    )
    import warnings

    warnings.filterwarnings("ignore", message=".*Maximum iterations")
elif model == "lightgbm":
    import lightgbm

    make = lambda size=100: Lightgbm(size)
else:
    from imblearn.over_sampling import SMOTE

    make = lambda size=None: Smote()

size = [int(text) for text in sys.argv[4:5]]
# nothing is compiled on the way here: no more than what is measured
make(min([1 if model == "mlp" else int(os.environ["WARM_UP"]), *size])).fit(features, labels)
fitted = make(*size)

wall, cpu = time.perf_counter(), time.process_time()
fitted.fit(features, labels)
fit_wall, fit_cpu = time.perf_counter() - wall, time.process_time() - cpu
wall = time.perf_counter()
probabilities = fitted.predict_proba(held)
predict_wall = time.perf_counter() - wall
np.save(f"{folder}/python-{model}.npy", probabilities.astype("<f8"))


def peak_bytes():
    """Largest resident set. Linux's ru_maxrss would begin with the parent's, from before exec."""
    if sys.platform == "linux":
        status = open("/proc/self/status").read()
        return 1024 * int(status.split("VmHWM:")[1].split()[0])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


print(
    json.dumps(
        {
            "fitSeconds": fit_wall,
            "fitCpuSeconds": fit_cpu,
            "predictSeconds": predict_wall,
            "peakBytes": peak_bytes(),
        }
    )
)
