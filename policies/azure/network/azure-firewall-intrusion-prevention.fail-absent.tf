resource "azurerm_firewall_policy" "hub" { # ! azure-firewall-intrusion-prevention
  name                     = "afwp-hub"
  resource_group_name      = "rg-network"
  location                 = "westeurope"
  sku                      = "Premium"
  threat_intelligence_mode = "Deny"
}
