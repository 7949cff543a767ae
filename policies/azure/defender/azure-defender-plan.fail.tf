resource "azurerm_security_center_subscription_pricing" "servers" {
  tier          = "Free" # ! azure-defender-plan
  resource_type = "VirtualMachines"
  subplan       = "P2"
}
