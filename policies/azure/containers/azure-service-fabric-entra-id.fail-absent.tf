resource "azurerm_service_fabric_cluster" "main" { # ! azure-service-fabric-entra-id
  name                = "sf-main"
  resource_group_name = "rg-sf"
  location            = "westeurope"
  reliability_level   = "Silver"
  upgrade_mode        = "Automatic"
  vm_image            = "Windows"
  management_endpoint = "https://sf-main.westeurope.cloudapp.azure.com:19080"

  node_type {
    name                 = "first"
    instance_count       = 5
    is_primary           = true
    client_endpoint_port = 19000
    http_endpoint_port   = 19080
  }

  fabric_settings {
    name = "Security"
    parameters = {
      ClusterProtectionLevel = "EncryptAndSign"
    }
  }
}
