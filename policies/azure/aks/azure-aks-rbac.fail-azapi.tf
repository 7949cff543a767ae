resource "azapi_resource" "cluster" {
  type      = "Microsoft.ContainerService/managedClusters@2024-05-01"
  parent_id = azurerm_resource_group.main.id
  name      = "aks-shop"
  location  = "westeurope"
  identity {
    type = "SystemAssigned"
  }
  body = {
    properties = {
      dnsPrefix            = "shop"
      disableLocalAccounts = true
      enableRBAC           = false # ! azure-aks-rbac
      aadProfile = {
        managed         = true
        enableAzureRBAC = true
      }
      apiServerAccessProfile = {
        enablePrivateCluster = true
      }
      agentPoolProfiles = [
        {
          name               = "system"
          mode               = "System"
          vmSize             = "Standard_D4ds_v5"
          count              = 3
          enableNodePublicIP = false
        }
      ]
    }
  }
}
