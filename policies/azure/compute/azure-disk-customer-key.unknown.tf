variable "disk_encryption_set_id" {
  type = string
}

resource "azurerm_managed_disk" "data" {
  name                          = "disk-data"
  resource_group_name           = "rg-app"
  location                      = "westeurope"
  storage_account_type          = "Premium_LRS"
  create_option                 = "Empty"
  disk_size_gb                  = 128
  public_network_access_enabled = false
  network_access_policy         = "DenyAll"
  disk_encryption_set_id        = var.disk_encryption_set_id
}
