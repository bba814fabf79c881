"""Plays a store: reads a file of orders, posts what shop and carriers report, and acts as the staff of every role."""
