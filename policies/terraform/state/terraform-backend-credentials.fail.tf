terraform {
  backend "s3" {
    bucket       = "shop-state"
    key          = "main.tfstate"
    region       = "eu-west-1"
    encrypt      = true
    use_lockfile = true
    secret_key   = "kQ3vXo5bT8nLw2Rz7YcJ1mHfU6sPd0EgA4iBqNtV" # ! terraform-backend-credentials
  }
}
