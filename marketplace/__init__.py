"""The market: one package a domain, joined by :mod:`marketplace.factory`."""
