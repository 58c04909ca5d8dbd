"""The course's models in Keras, on TensorFlow: `bert`, the sentence encoder, and `dot`, the two-tower recommender.

TensorFlow is imported with these modules, not with ``recbook``. What they compute is held to the PyTorch twins.
"""
