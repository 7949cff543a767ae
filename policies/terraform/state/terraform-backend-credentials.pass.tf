terraform {
  backend "s3" {
    bucket       = "shop-state"
    key          = "main.tfstate"
    region       = "eu-west-1"
    encrypt      = true
    use_lockfile = true
  }
}
