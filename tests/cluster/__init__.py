"""The cluster of `deploy/cluster`, on network namespaces of this machine, and what it survives."""
