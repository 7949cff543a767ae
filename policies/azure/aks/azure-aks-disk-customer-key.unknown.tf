variable "disk_encryption_set_id" {
  type = string
}

resource "azurerm_kubernetes_cluster" "main" {
  name                              = "aks-main"
  resource_group_name               = "rg-aks"
  location                          = "westeurope"
  dns_prefix                        = "aks-main"
  sku_tier                          = "Standard"
  automatic_upgrade_channel         = "patch"
  private_cluster_enabled           = true
  local_account_disabled            = true
  role_based_access_control_enabled = true
  azure_policy_enabled              = true
  run_command_enabled               = false
  disk_encryption_set_id            = var.disk_encryption_set_id

  default_node_pool {
    name                         = "system"
    vm_size                      = "Standard_D4ds_v5"
    node_count                   = 3
    os_disk_type                 = "Ephemeral"
    max_pods                     = 60
    host_encryption_enabled      = true
    only_critical_addons_enabled = true
    node_public_ip_enabled       = false
  }

  identity {
    type = "SystemAssigned"
  }

  azure_active_directory_role_based_access_control {
    azure_rbac_enabled = true
  }

  network_profile {
    network_plugin = "azure"
    network_policy = "cilium"
  }

  oms_agent {
    log_analytics_workspace_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/log-central"
  }

  microsoft_defender {
    log_analytics_workspace_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/log-central"
  }

  key_vault_secrets_provider {
    secret_rotation_enabled = true
  }
}
