"""Telling other machines of changed facts: an outbox written with the facts, signed, sent again until it arrives.

`facts` says what is told, `outbox` writes it down, `delivery` sends what is due, `addresses` and `sending` say where
a connection may go and make it, `secrets` signs, `keeping` is what planners and administrators do.
"""
