variable "tier" {
  type = string
}

resource "azurerm_security_center_subscription_pricing" "servers" {
  tier          = var.tier
  resource_type = "VirtualMachines"
  subplan       = "P2"
}
