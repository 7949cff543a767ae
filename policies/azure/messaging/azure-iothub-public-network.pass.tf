resource "azurerm_iothub" "devices" {
  name                          = "iot-devices"
  resource_group_name           = "rg-iot"
  location                      = "westeurope"
  public_network_access_enabled = false
  min_tls_version               = "1.2"

  sku {
    name     = "S1"
    capacity = 1
  }
}
