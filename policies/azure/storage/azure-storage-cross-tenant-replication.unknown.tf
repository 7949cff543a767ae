variable "cross_tenant_replication_enabled" {
  type = bool
}

resource "azurerm_storage_account" "orders" {
  name                             = "stordersprod001"
  resource_group_name              = "rg-orders"
  location                         = "westeurope"
  account_tier                     = "Standard"
  account_replication_type         = "ZRS"
  https_traffic_only_enabled       = true
  min_tls_version                  = "TLS1_2"
  allow_nested_items_to_be_public  = false
  shared_access_key_enabled        = false
  cross_tenant_replication_enabled = var.cross_tenant_replication_enabled

  network_rules {
    default_action = "Deny"
  }
}
