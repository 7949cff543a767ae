variable "tenant_id" {
  type = string
}

resource "azurerm_service_fabric_cluster" "main" {
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

  azure_active_directory {
    tenant_id              = var.tenant_id
    cluster_application_id = "11111111-1111-1111-1111-111111111111"
    client_application_id  = "22222222-2222-2222-2222-222222222222"
  }

  fabric_settings {
    name = "Security"
    parameters = {
      ClusterProtectionLevel = "EncryptAndSign"
    }
  }
}
