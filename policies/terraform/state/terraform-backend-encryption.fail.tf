terraform {
  backend "s3" {
    bucket       = "shop-state"
    key          = "main.tfstate"
    region       = "eu-west-1"
    encrypt      = false # ! terraform-backend-encryption
    use_lockfile = true
  }
}
