terraform {
  required_providers {
    google = { # ! terraform-provider-version
      source = "hashicorp/google"
    }
  }
}
