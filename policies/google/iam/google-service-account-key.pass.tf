resource "google_service_account_key" "app" {
  service_account_id = "app@shop.iam.gserviceaccount.com"
  public_key_data    = "LS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS0K"
}
