variable "public_key" {
  type = string
}

resource "google_service_account_key" "app" {
  service_account_id = "app@shop.iam.gserviceaccount.com"
  public_key_data    = var.public_key
}
