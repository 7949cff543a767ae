variable "admin_enabled" {
  type = bool
}

resource "azurerm_container_registry" "main" {
  name                          = "crmain"
  resource_group_name           = "rg-registry"
  location                      = "westeurope"
  sku                           = "Premium"
  admin_enabled                 = var.admin_enabled
  anonymous_pull_enabled        = false
  public_network_access_enabled = false
  quarantine_policy_enabled     = true
  retention_policy_in_days      = 7
  zone_redundancy_enabled       = true
  data_endpoint_enabled         = true
}
