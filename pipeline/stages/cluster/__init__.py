"""Have the workers of an existing Dask cluster do the units of work.

The command finds files, numbers them and writes the ledger. Workers copy files into the archive,
read and judge them. Nothing here is imported, nor is Dask, unless a cluster is asked for.
"""
