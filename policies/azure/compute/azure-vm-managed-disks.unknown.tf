variable "managed_disk_type" {
  type = string
}

resource "azurerm_virtual_machine" "legacy" {
  name                  = "vm-legacy"
  resource_group_name   = "rg-app"
  location              = "westeurope"
  vm_size               = "Standard_D2s_v5"
  network_interface_ids = ["/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-app/providers/Microsoft.Network/networkInterfaces/nic-legacy"]

  os_profile {
    computer_name  = "legacy"
    admin_username = "ops"
  }

  os_profile_linux_config {
    disable_password_authentication = true

    ssh_keys {
      path     = "/home/ops/.ssh/authorized_keys"
      key_data = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJ4q0m1E2mXz0kL9q2b1cVnWq0d8u1X3o5r7t9y1A2b ops"
    }
  }

  storage_os_disk {
    name              = "os"
    create_option     = "FromImage"
    managed_disk_type = var.managed_disk_type
  }
}
