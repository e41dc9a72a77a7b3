"""Letters by e-mail: written by the domains, sent through the outbox, refused by topic.

A domain declares its kinds of letter (``letters``), says that one is due (``delivery``) and writes
it when it is about to go (``rendering``). Which letters there are does not belong here; the page
that refuses a topic stands in ``core.web``.
"""
