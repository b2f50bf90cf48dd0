"""What `bench/answers.py` is made of.

The engine's package comes first: it sets what numpy and onnxruntime read when they are imported.
"""

import chatbot.answers  # noqa: F401  # imported for what it sets
