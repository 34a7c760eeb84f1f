"""The index of 256-bit hashes: exact within a Hamming distance of 31, incremental, on disk, for many readers and one writer."""
