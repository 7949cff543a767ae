resource "google_container_node_pool" "main" {
  name       = "main"
  cluster    = "main"
  location   = "europe-west1"
  node_count = 3

  management {
    auto_repair  = true
    auto_upgrade = true
  }

  node_config { # ! google-gke-default-account
    machine_type = "e2-standard-4"
  }
}
