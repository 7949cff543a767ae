param location string = resourceGroup().location

resource site 'Microsoft.Web/staticSites@2023-12-01' = {
  name: 'swa-travel'
  location: location
  sku: { name: 'Standard' }
  properties: {}
}
