resource "google_container_node_pool" "main" {
  name       = "main"
  cluster    = "main"
  location   = "europe-west1"
  node_count = 3

  management {
    auto_repair  = true
    auto_upgrade = true
  }

  node_config {
    machine_type    = "e2-standard-4"
    service_account = google_service_account.nodes.email
    oauth_scopes    = ["https://www.googleapis.com/auth/cloud-platform"]
  }
}

resource "google_service_account" "nodes" {
  account_id = "nodes"
}
