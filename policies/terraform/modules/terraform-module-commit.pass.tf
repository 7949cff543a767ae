module "network" {
  source = "git::https://example.com/network.git?ref=5d1f0f1c0e6c5f6a8b7b0d3f4a2e9c8d7b6a5f4e"
}
