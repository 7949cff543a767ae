variable "accounts" {
  type = list(string)
}

resource "google_container_node_pool" "main" {
  name       = "main"
  cluster    = "main"
  location   = "europe-west1"
  node_count = 3

  management {
    auto_repair  = true
    auto_upgrade = true
  }

  dynamic "node_config" {
    for_each = var.accounts

    content {
      service_account = node_config.value
    }
  }
}
