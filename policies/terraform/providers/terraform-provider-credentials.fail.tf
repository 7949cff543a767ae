provider "aws" {
  region     = "eu-west-1"
  secret_key = "kQ3vXo5bT8nLw2Rz7YcJ1mHfU6sPd0EgA4iBqNtV" # ! terraform-provider-credentials
}
