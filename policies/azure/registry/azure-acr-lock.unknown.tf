resource "azurerm_container_registry" "main" {
  name                          = "crmain"
  resource_group_name           = "rg-registry"
  location                      = "westeurope"
  sku                           = "Premium"
  admin_enabled                 = false
  anonymous_pull_enabled        = false
  public_network_access_enabled = false
  quarantine_policy_enabled     = true
  retention_policy_in_days      = 7
  zone_redundancy_enabled       = true
  data_endpoint_enabled         = true
}

module "platform" {
  source = "git::https://git.example.com/terraform/platform.git?ref=v1.4.0"
}
