"""A transparency log without a database: canonical JSON, Merkle tree, checkpoints, tiles, the offline verifier."""
