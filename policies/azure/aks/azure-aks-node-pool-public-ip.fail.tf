resource "azurerm_kubernetes_cluster_node_pool" "batch" {
  name                    = "batch"
  kubernetes_cluster_id   = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-aks/providers/Microsoft.ContainerService/managedClusters/aks-main"
  vm_size                 = "Standard_D4ds_v5"
  node_count              = 2
  host_encryption_enabled = true
  node_public_ip_enabled  = true # ! azure-aks-node-pool-public-ip
}
