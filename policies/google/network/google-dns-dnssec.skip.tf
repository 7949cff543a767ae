resource "google_dns_managed_zone" "main" {
  name       = "shop"
  dns_name   = "shop.example."
  visibility = "private"
}
