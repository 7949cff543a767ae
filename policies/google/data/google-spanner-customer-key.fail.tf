resource "google_spanner_database" "main" { # ! google-spanner-customer-key
  instance               = "main"
  name                   = "orders"
  deletion_protection    = true
  enable_drop_protection = true
}
