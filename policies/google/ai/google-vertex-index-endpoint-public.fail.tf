resource "google_vertex_ai_index_endpoint" "main" {
  display_name            = "search"
  region                  = "europe-west1"
  public_endpoint_enabled = true # ! google-vertex-index-endpoint-public
}
