variable "key_vault_key_id" {
  type = string
}

resource "azurerm_cosmosdb_account" "orders" {
  name                               = "cosmos-orders"
  resource_group_name                = "rg-data"
  location                           = "westeurope"
  offer_type                         = "Standard"
  kind                               = "GlobalDocumentDB"
  public_network_access_enabled      = false
  local_authentication_disabled      = true
  access_key_metadata_writes_enabled = false
  key_vault_key_id                   = var.key_vault_key_id
  minimal_tls_version                = "Tls12"

  consistency_policy {
    consistency_level = "Session"
  }

  geo_location {
    location          = "westeurope"
    failover_priority = 0
  }

  tags = {
    owner = "team-orders"
  }
}
