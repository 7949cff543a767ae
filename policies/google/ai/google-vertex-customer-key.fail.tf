resource "google_vertex_ai_endpoint" "main" { # ! google-vertex-customer-key
  name         = "ranking"
  display_name = "ranking"
  location     = "europe-west1"
  network      = "projects/1234567890/global/networks/vpc-main"
}
