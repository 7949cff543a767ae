resource "azurerm_databricks_workspace" "lake" {
  name                                  = "dbw-lake"
  resource_group_name                   = "rg-data"
  location                              = "westeurope"
  sku                                   = "standard"
  public_network_access_enabled         = false
  network_security_group_rules_required = "NoAzureDatabricksRules"

  custom_parameters {
    no_public_ip       = true
    virtual_network_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-main"
  }
}
