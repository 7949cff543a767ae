terraform {
  backend "s3" { # ! terraform-backend-encryption
    bucket       = "shop-state"
    key          = "main.tfstate"
    region       = "eu-west-1"
    use_lockfile = true
  }
}
