terraform {
  backend "s3" { # ! terraform-backend-lock
    bucket  = "shop-state"
    key     = "main.tfstate"
    region  = "eu-west-1"
    encrypt = true
  }
}
