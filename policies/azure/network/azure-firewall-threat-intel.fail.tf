resource "azurerm_firewall_policy" "hub" {
  name                     = "afwp-hub"
  resource_group_name      = "rg-network"
  location                 = "westeurope"
  sku                      = "Premium"
  threat_intelligence_mode = "Off" # ! azure-firewall-threat-intel

  intrusion_detection {
    mode = "Deny"
  }
}
