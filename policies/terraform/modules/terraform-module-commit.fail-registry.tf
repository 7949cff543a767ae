module "network" {
  source  = "terraform-google-modules/network/google" # ! terraform-module-commit
  version = "9.0.0"
}
