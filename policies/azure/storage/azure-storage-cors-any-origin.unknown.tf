variable "allowed_origins" {
  type = list(string)
}

resource "azurerm_storage_account" "orders" {
  name                            = "stordersprod001"
  resource_group_name             = "rg-orders"
  location                        = "westeurope"
  account_tier                    = "Standard"
  account_replication_type        = "ZRS"
  https_traffic_only_enabled      = true
  min_tls_version                 = "TLS1_2"
  allow_nested_items_to_be_public = false
  shared_access_key_enabled       = false
  blob_properties {
    cors_rule {
      allowed_origins    = var.allowed_origins
      allowed_methods    = ["GET"]
      allowed_headers    = ["*"]
      exposed_headers    = ["x-ms-meta-*"]
      max_age_in_seconds = 3600
    }
  }

  network_rules {
    default_action = "Deny"
    bypass         = ["AzureServices"]
    ip_rules       = ["203.0.113.10"]
  }
}
