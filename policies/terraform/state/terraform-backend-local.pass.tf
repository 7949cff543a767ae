terraform {
  backend "gcs" {
    bucket = "shop-state"
    prefix = "main"
  }
}
