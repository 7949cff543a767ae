resource "google_container_cluster" "main" {
  name                     = "main"
  location                 = "europe-west1"
  remove_default_node_pool = true
  initial_node_count       = 1
  network                  = "vpc-main"
  subnetwork               = "gke"
  datapath_provider        = "ADVANCED_DATAPATH"
  enable_shielded_nodes    = true

  private_cluster_config {
    enable_private_nodes    = true
    enable_private_endpoint = true
    master_ipv4_cidr_block  = "172.16.0.0/28"
  }

  master_authorized_networks_config {
    cidr_blocks {
      cidr_block   = "10.20.0.0/20"
      display_name = "operations"
    }
  }

  ip_allocation_policy {}

  release_channel {
    channel = "REGULAR"
  }

  workload_identity_config {
    workload_pool = "shop.svc.id.goog"
  }

  master_auth {
  }
}
