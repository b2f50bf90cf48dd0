"""The answer engine: a question and an index in, an outcome out. No I/O once it is loaded.

These variables must be set before numpy and onnxruntime are first imported: some versions of
onnxruntime report home, and several BLAS threads make small matrices several times slower.
"""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
