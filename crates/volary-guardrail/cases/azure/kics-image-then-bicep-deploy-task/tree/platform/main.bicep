param location string = resourceGroup().location

resource registry 'Microsoft.ContainerRegistry/registries@2023-11-01-preview' = {
  name: 'crplatform${uniqueString(resourceGroup().id)}'
  location: location
  sku: { name: 'Premium' }
  properties: {
    adminUserEnabled: false
    publicNetworkAccess: 'Disabled'
  }
}
