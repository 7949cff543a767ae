resource "azurerm_linux_virtual_machine" "app" {
  name                            = "vm-app"
  resource_group_name             = "rg-app"
  location                        = "westeurope"
  size                            = "Standard_D2s_v5"
  admin_username                  = "ops"
  disable_password_authentication = true
  allow_extension_operations      = false
  encryption_at_host_enabled      = false # ! azure-vm-host-encryption
  secure_boot_enabled             = true
  vtpm_enabled                    = true
  network_interface_ids           = ["/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-app/providers/Microsoft.Network/networkInterfaces/nic-app"]

  admin_ssh_key {
    username   = "ops"
    public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJ4q0m1E2mXz0kL9q2b1cVnWq0d8u1X3o5r7t9y1A2b ops"
  }

  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Premium_LRS"
  }

  source_image_reference {
    publisher = "Canonical"
    offer     = "ubuntu-24_04-lts"
    sku       = "server"
    version   = "latest"
  }
}
