"""The demonstration: invented people and events, real vaults, real hand-offs, and the published figures recomputed."""
