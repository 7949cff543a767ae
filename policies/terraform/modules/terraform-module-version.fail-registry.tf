module "network" {
  source = "terraform-google-modules/network/google" # ! terraform-module-version
}
