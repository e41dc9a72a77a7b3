"""The engines behind one interface (`base`). An engine stores and finds tokens of `search.text`.

Segmentation, tiers, highlights and advice do not belong here: they are shared by all engines.
"""
