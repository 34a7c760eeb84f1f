"""What everybody may see: appeals by code, the policy, the checkpoint."""
