using 'main.bicep'

param name = 'stbramblewoodprod'
