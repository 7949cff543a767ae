resource "azurerm_kubernetes_cluster" "main" {
  name                              = "aks-main"
  resource_group_name               = "rg-aks"
  location                          = "westeurope"
  dns_prefix                        = "aks-main"
  local_account_disabled            = true
  role_based_access_control_enabled = true

  api_server_access_profile {
    authorized_ip_ranges = ["0.0.0.0/0"] # ! azure-aks-api-server-any-address
  }

  default_node_pool {
    name       = "system"
    vm_size    = "Standard_D4ds_v5"
    node_count = 3
  }

  identity {
    type = "SystemAssigned"
  }
}
