resource "azurerm_virtual_machine" "legacy" {
  name                  = "vm-legacy"
  resource_group_name   = "rg-app"
  location              = "westeurope"
  vm_size               = "Standard_D2s_v5"
  network_interface_ids = ["/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-app/providers/Microsoft.Network/networkInterfaces/nic-legacy"]

  os_profile {
    computer_name  = "legacy"
    admin_username = "ops"
    admin_password = "Correct-Horse-7-Battery"
  }

  os_profile_windows_config {
    provision_vm_agent = true
  }

  storage_os_disk {
    name              = "os"
    create_option     = "FromImage"
    managed_disk_type = "Premium_LRS"
  }
}
