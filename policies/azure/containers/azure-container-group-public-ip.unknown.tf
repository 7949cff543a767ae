variable "ip_address_type" {
  type = string
}

resource "azurerm_container_group" "job" {
  name                = "aci-job"
  resource_group_name = "rg-jobs"
  location            = "westeurope"
  os_type             = "Linux"
  ip_address_type     = var.ip_address_type
  subnet_ids          = ["/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-main/subnets/snet-aci"]

  identity {
    type = "SystemAssigned"
  }

  container {
    name   = "job"
    image  = "crmain.azurecr.io/job@sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865"
    cpu    = 1
    memory = 2

    ports {
      port     = 8080
      protocol = "TCP"
    }
  }
}
