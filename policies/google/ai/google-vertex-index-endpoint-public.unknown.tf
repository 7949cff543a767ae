variable "public" {
  type = bool
}

resource "google_vertex_ai_index_endpoint" "main" {
  display_name            = "search"
  region                  = "europe-west1"
  network                 = "projects/1234567890/global/networks/vpc-main"
  public_endpoint_enabled = var.public
}
