resource "azapi_resource" "vm" {
  type      = "Microsoft.Compute/virtualMachines@2024-03-01"
  parent_id = azurerm_resource_group.main.id
  name      = "vm-app"
  location  = "westeurope"
  body = {
    properties = {
      osProfile = {
        adminUsername = "operator"
        linuxConfiguration = {
          disablePasswordAuthentication = true
        }
      }
    }
  }
}
