module "network" {
  source = "git::https://example.com/network.git?ref=main" # ! terraform-module-version
}
