terraform {
  backend "gcs" {
    bucket = "shop-state"
  }
}
