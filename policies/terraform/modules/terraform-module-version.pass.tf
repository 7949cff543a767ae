module "network" {
  source = "git::https://example.com/network.git?ref=v1.4.2"
}

module "registry" {
  source  = "terraform-google-modules/network/google"
  version = "~> 9.0"
}

module "local" {
  source = "./modules/network"
}
