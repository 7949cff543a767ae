resource "google_container_node_pool" "main" {
  name       = "main"
  cluster    = "main"
  location   = "europe-west1"
  node_count = 3

  management {
    auto_upgrade = false # ! google-gke-node-auto-upgrade
  }

  node_config {
    machine_type    = "e2-standard-4"
    image_type      = "COS_CONTAINERD"
    service_account = "gke-nodes@shop.iam.gserviceaccount.com"
    oauth_scopes    = ["https://www.googleapis.com/auth/cloud-platform"]

    workload_metadata_config {
      mode = "GKE_METADATA"
    }

    shielded_instance_config {
      enable_secure_boot          = true
      enable_integrity_monitoring = true
    }
  }
}
