param location string = resourceGroup().location

resource plan 'Microsoft.Web/serverfarms@2023-12-01' = {
  name: 'plan-graphics'
  location: location
  sku: { name: 'P1v3' }
}
