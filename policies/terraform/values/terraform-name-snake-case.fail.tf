module "MainNetwork" { # ! terraform-name-snake-case
  source = "./modules/network"
}
