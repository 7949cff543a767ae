module "network" {
  source = "git::https://example.com/network.git?ref=v1.4.2" # ! terraform-module-commit
}
