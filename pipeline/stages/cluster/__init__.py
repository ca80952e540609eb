"""Collecting on other machines: the same units of work, done by the workers of a Dask cluster that there is already.

The command walks, numbers and writes; workers copy files into the archive, read them and judge
them. Nothing here is imported, and Dask isn't, unless a cluster is asked for.
"""
